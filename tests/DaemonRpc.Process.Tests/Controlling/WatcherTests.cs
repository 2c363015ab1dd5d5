namespace DaemonRpc.Process.Tests.Controlling;

public sealed class WatcherTests : SandboxTests
{
    private static readonly byte[] s_watch = RawConnection.Frame(RawConnection.StatusQuery, 1, 1);

    [Fact]
    public async Task Thousand_watch_and_each_is_told_the_last_state()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        string path = Sandbox.SocketPath;
        var watchers = new List<RawConnection>();
        try
        {
            for (int number = 0; number < 1000; number++)
            {
                watchers.Add(await RawConnection.IntroducedAsync(path));
                await watchers[^1].SendAsync(s_watch);
            }

            Assert.Equal(3, await client.AddAsync(1, 2).InTime());
            _ = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.ThrowAsync("The disk is full.").InTime());
            await Task.WhenAll(watchers.Select(watcher => HearAsync(watcher, "The disk is full.")));
            await client.Daemon.StopAsync().InTime();
            await Task.WhenAll(watchers.Select(watcher => HearAsync(watcher, "asked the daemon to stop")));
        }
        finally
        {
            watchers.ForEach(watcher => watcher.Dispose());
        }
    }

    [Fact]
    public async Task Silent_watchers_have_no_thread_each()
    {
        const int Count = 50;
        TestServiceClient client = await Sandbox.ConnectAsync();
        int daemon = client.Daemon.ProcessId;
        var watchers = new List<RawConnection>();
        try
        {
            for (int number = 0; number < Count; number++)
            {
                watchers.Add(await RawConnection.IntroducedAsync(Sandbox.SocketPath));
                await watchers[^1].SendAsync(s_watch);
            }

            // Each gives its thread back once it has been silent for a moment.
            Assert.Empty(await Settling.ComplaintsAsync(() =>
            {
                int readers = ProcessTable.ThreadNames(daemon).Count(name => "DaemonRpc daemon reader".StartsWith(name, StringComparison.Ordinal));
                return readers > Count / 5 ? [$"The daemon has {readers} readers for {Count} silent watchers."] : [];
            }));
            _ = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.ThrowAsync("The disk is full.").InTime());
            await Task.WhenAll(watchers.Select(watcher => HearAsync(watcher, "The disk is full.")));
        }
        finally
        {
            watchers.ForEach(watcher => watcher.Dispose());
        }
    }

    [Fact]
    public async Task Watcher_that_takes_nothing_is_disconnected_and_goes_on_when_it_comes_back()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--stall", "500");
        ToolProcess watcher = Sandbox.StartTool("watch", "--no-launch");
        _ = await watcher.LineAsync(" Ready ");
        await watcher.FreezeAsync();

        // More than a socket holds.
        for (int call = 0; call < 3000; call++)
        {
            _ = await client.AddAsync(1, 2).InTime();
        }

        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Sandbox.Log.Any(line => line.Contains($"process {watcher.Id}, which watches the status, has taken nothing", StringComparison.Ordinal)));
        _ = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.ThrowAsync("Meanwhile it broke.").InTime());
        watcher.Signal(LibC.Continue);
        _ = await watcher.LineAsync(line => line.Contains("Meanwhile it broke.", StringComparison.Ordinal));
        await client.Daemon.StopAsync().InTime();

        IReadOnlyList<string> lines = (await watcher.EndedAsync()).Lines;
        long[] sequence = [.. lines.SkipLast(1).Select(line => long.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(sequence.Order().Distinct(), sequence);
        Assert.Contains("Stopping", lines[^2], StringComparison.Ordinal);
        Assert.Equal("the watch ended", lines[^1]);
    }

    private static async Task HearAsync(RawConnection watcher, string text)
    {
        while (true)
        {
            (byte kind, string heard) = await watcher.ReceiveAsync();
            Assert.Equal(RawConnection.Status, kind);
            if (heard.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }
    }
}
