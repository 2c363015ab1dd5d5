using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Process.Tests.Surviving;

public sealed class LeakTests : SandboxTests
{
    private const int Rounds = 50;

    [Fact]
    public async Task Daemon_holds_as_much_after_hundreds_of_connections_as_before()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        int daemon = client.Daemon.ProcessId;
        // What is made at the first use of anything is there from now on.
        await MeetEveryKindAsync();
        await KilledClientAsync("hold");
        await KilledClientAsync("sum");
        await KilledClientAsync("quiz");
        await KilledClientAsync("pass");
        await KilledClientAsync("read");

        // From its first call on it has a reader. One that is silent stays, and has the thread started that waits for such.
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        using RawConnection silent = await RawConnection.IntroducedAsync(Sandbox.SocketPath);
        Assert.Empty(await Settling.ComplaintsAsync(() =>
            ProcessTable.ThreadNames(daemon).Any(name => name.Length > 10 && "DaemonRpc poller".StartsWith(name, StringComparison.Ordinal)) ? [] : ["Nobody waits for those who are silent."]));
        Holdings before = await StableAsync(client);

        for (int round = 0; round < Rounds; round++)
        {
            await MeetEveryKindAsync();
        }

        for (int round = 0; round < 5; round++)
        {
            await KilledClientAsync("hold");
            await KilledClientAsync("sum");
            await KilledClientAsync("quiz");
            await KilledClientAsync("pass");
            await KilledClientAsync("read");
        }

        Holdings after = await Holdings.SettledAsync(daemon, before, () => client.AddAsync(1, 2).InTime());
        Assert.True(after.Descriptors <= before.Descriptors, $"{before} became {after}: {string.Join(", ", ProcessTable.Descriptors(daemon).Values.Order())}");
        Assert.True(after.Threads <= before.Threads, $"{before} became {after}: {string.Join(", ", ProcessTable.ThreadNames(daemon).Order())}");
    }

    [Fact]
    public async Task Client_holds_as_much_after_five_more_daemons_as_after_one_and_no_zombie()
    {
        ToolProcess tool = Sandbox.StartTool("restart", Sandbox.Folder);

        Holdings before = await StoppedAtAsync(1, null);
        Holdings after = await StoppedAtAsync(5, before);

        Assert.True(after.Descriptors <= before.Descriptors, $"{before} became {after}: {string.Join(", ", ProcessTable.Descriptors(tool.Id).Values.Order())}");
        Assert.True(after.Threads <= before.Threads, $"{before} became {after}: {string.Join(", ", ProcessTable.ThreadNames(tool.Id).Order())}");
        Assert.Equal(7, await Sandbox.StartsAsync());
        Assert.Empty(await Settling.ComplaintsAsync(() => [.. ProcessTable.Zombies(tool.Id).Select(zombie => $"{zombie} is a zombie.")]));
        await File.WriteAllTextAsync(Sandbox["5"], "");
        _ = await tool.EndedAsync();

        // At both points the tool waits for the one call that it makes, so that it holds the same if nothing is lost.
        async Task<Holdings> StoppedAtAsync(int daemons, Holdings? earlier)
        {
            _ = await tool.LineAsync($"restarted {daemons}");
            TestServiceClient other = await Sandbox.ConnectAsync();
            _ = await other.Daemon.WhenHoldingAsync();
            if (earlier is null)
            {
                earlier = await StableAsync(tool.Id, () => other.Daemon.GetStatusAsync().InTime());
                await File.WriteAllTextAsync(Sandbox[$"{daemons}"], "");
                return earlier;
            }

            return await Holdings.SettledAsync(tool.Id, earlier, () => other.Daemon.GetStatusAsync().InTime());
        }
    }

    [Fact]
    public async Task Daemon_that_was_stopped_leaves_its_lock_files_its_journal_and_its_log()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());

        using WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId);
        await client.Daemon.StopAsync().InTime();

        Assert.Equal([".journal", ".life", ".log", ".spawn"], Directory.GetFileSystemEntries(Sandbox.RuntimeDirectory).Select(Path.GetExtension).Order());

        // A zombie has gone already; this process takes note of it on a thread of its own.
        await process.ReapedAsync();
    }

    /// <summary>Connections as friends and strangers make them: eight.</summary>
    private async Task MeetEveryKindAsync()
    {
        string socket = Sandbox.SocketPath;
        await using (TestServiceClient caller = await TestServiceClient.ConnectAsync(Sandbox.Options()).InTime())
        {
            Assert.Equal(3, await caller.AddAsync(1, 2).InTime());
            await foreach (int number in caller.NumbersAsync(1_000))
            {
                // Left before its end.
                Assert.Equal(0, number);
                break;
            }

            Assert.Equal(3, await caller.SumAsync(AsyncEnumerable.Range(0, 3)).InTime());
            await foreach (long square in caller.SquareAsync(AsyncEnumerable.Range(0, 1_000_000)))
            {
                Assert.Equal(0, square);
                break;
            }

            Assert.Equal(3, await caller.CopyAsync(new MemoryStream([1, 2, 3]), new MemoryStream()).InTime());
            using SafeFileHandle file = File.OpenHandle(Sandbox["leak"], FileMode.Create, FileAccess.ReadWrite);
            Assert.Equal("0 4", await caller.AppendAsync(file, "text").InTime());

            await (await caller.OpenFileAsync(Sandbox["leak"], 0).InTime())!.DisposeAsync();
            await (await caller.MakeBytesAsync(1_000_000, "").InTime()).DisposeAsync();

            // A watch, and a question.
            _ = await caller.Daemon.WhenAsync(_ => true);
            _ = await caller.Daemon.GetStatusAsync().InTime();
        }

        DaemonHandle? found = await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        _ = await found!.CancelAsync().InTime();

        using (RawConnection otherBuild = await RawConnection.IntroducedAsync(socket))
        {
            // The build stands first; this one is older than any.
            await otherBuild.SendAsync(RawConnection.Frame(RawConnection.Request, 1, new byte[64]));
            Assert.NotEqual(0, (await otherBuild.ReceiveAsync()).Kind);
        }

        using (var stranger = new RawConnection(socket))
        {
            await stranger.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            Assert.Equal(RawConnection.Goodbye, (await stranger.ReceiveAsync()).Kind);
        }

        using (var shy = new RawConnection(socket))
        {
            await shy.SendAsync(RawConnection.ProperHello[..^3]);
        }

        new RawConnection(socket).Dispose();
    }

    /// <summary>A client that is killed in the middle of its task, perhaps while it answers what the task asks.</summary>
    private async Task KilledClientAsync(string command)
    {
        ToolProcess tool = Sandbox.StartTool(command);
        DaemonHandle? daemon = await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        if (command == "hold")
        {
            _ = await daemon!.WhenHoldingAsync();
        }
        else
        {
            _ = await tool.LineAsync("asked");
        }

        tool.Kill();
        _ = await daemon!.WhenAsync(status => status.State is not DaemonState.Busy);
    }

    private static Task<Holdings> StableAsync(TestServiceClient client) => StableAsync(client.Daemon.ProcessId, () => client.AddAsync(1, 2).InTime());

    /// <summary>Returns the least that a process holds, once 200 round trips in a row have found no less.</summary>
    private static async Task<Holdings> StableAsync(int processId, Func<Task> roundTrip)
    {
        const int Quiet = 200;
        Holdings least = Holdings.Of(processId);
        for (int same = 0; same < Quiet; same++)
        {
            await roundTrip();
            Holdings now = Holdings.Of(processId);
            if (now.Descriptors < least.Descriptors || now.Threads < least.Threads)
            {
                least = new Holdings(Math.Min(now.Descriptors, least.Descriptors), Math.Min(now.Threads, least.Threads));
                same = 0;
            }
        }

        return least;
    }
}
