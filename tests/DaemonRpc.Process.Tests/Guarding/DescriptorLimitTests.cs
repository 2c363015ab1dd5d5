using System.Globalization;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;
using UnixSocket = DaemonRpc.Platform.UnixSocket;

namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>A daemon that may open few files, and whose clients want more of them than there are.</summary>
public sealed class DescriptorLimitTests : SandboxTests
{
    private const int Limit = 128;

    private readonly List<RawConnection> _crowd = [];

    [Fact]
    public async Task Clients_for_whom_there_is_no_descriptor_wait_until_others_leave()
    {
        (int daemon, RawConnection first) = await CrowdedDaemonAsync();
        Task<TestServiceClient> client = Sandbox.ConnectAsync();

        // Who is in is served as ever.
        await first.SendAsync(RawConnection.Frame(RawConnection.StatusQuery, 1));
        Assert.Equal(RawConnection.Status, (await first.ReceiveAsync()).Kind);

        Disperse();
        Assert.Equal(3, await (await client).AddAsync(1, 2).InTime());
        Assert.Equal(daemon, (await client).Daemon.ProcessId);
        first.Dispose();
    }

    [Fact]
    public async Task Crowded_daemon_still_cancels_what_it_runs()
    {
        TestServiceClient client = await ClientOfLimitedDaemonAsync();
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        using var cancel = new CancellationTokenSource();
        Task held = client.HoldAsync(cancel.Token);
        _ = await log.WhenHoldingAsync();
        await CrowdAsync();

        await cancel.CancelAsync();

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => held.InTime());
        Assert.Equal(CancelOutcome.Stopped, exception.Outcome);
        Disperse();
    }

    [Fact]
    public async Task Crowded_daemon_leaves_when_it_is_told_to_and_says_why()
    {
        (int processId, RawConnection first) = await CrowdedDaemonAsync();
        using WatchedProcess daemon = WatchedProcess.Of(processId);
        daemon.Signal(LibC.Terminate);
        await daemon.EndedAsync();
        Disperse();
        first.Dispose();

        DaemonJournalEntry last = (await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime())[^1];
        Assert.Equal((DaemonJournalEvent.Stopped, processId), (last.Event, last.ProcessId));
    }

    /// <remarks>A client of ours makes such a call again, until others have left: it certainly did not run.</remarks>
    [Fact]
    public async Task Crowded_daemon_takes_no_descriptor_of_a_client_and_says_so()
    {
        TestServiceClient client = await ClientOfLimitedDaemonAsync();
        UnixSocket socket = UnixSocket.TryOpen()!;
        Assert.Equal(0, socket.Connect(Sandbox.SocketPath));
        using var channel = new SocketChannel(socket);
        channel.Send([.. RawConnection.Frame(RawConnection.Hello, 0, [.. RawConnection.Field(1, 1), .. RawConnection.Field(8, 1)])]);
        var reader = new FrameReader(channel) { Until = new Deadline(TimeSpan.FromSeconds(60)) };
        Assert.True(reader.TryRead(out FrameHeader welcome, out _));
        Assert.Equal(FrameKind.Welcome, welcome.Kind);
        await CrowdAsync();
        using SafeFileHandle file = File.OpenHandle("/dev/null");

        // The build is none: every request is refused, until the crowd has been let in.
        var header = new RequestHeader(default, 1, 0, 0) { Descriptors = 1 };
        byte[] request = new byte[header.Size];
        header.Write(request);
        FrameHeader answer;
        ReadOnlySpan<byte> payload;
        uint call = 0;
        do
        {
            Assert.NotEqual(0, channel.TrySend(RawConnection.Frame(RawConnection.Request, ++call, request), default, [file]));
            Assert.True(reader.TryRead(out answer, out payload));
        }
        while (answer.Kind == FrameKind.Refusal);

        Assert.Equal(FrameKind.Goodbye, answer.Kind);
        Assert.Contains("Descriptors that came were lost", Goodbye.Read(payload).Message, StringComparison.Ordinal);
        Disperse();
        Assert.Equal(1, await client.CopyAsync(new MemoryStream([1]), null).InTime());
    }

    /// <summary>Starts a daemon and connects to it more often than it has descriptors. The first connection is served.</summary>
    private async Task<(int ProcessId, RawConnection First)> CrowdedDaemonAsync()
    {
        int daemon = (await ClientOfLimitedDaemonAsync()).Daemon.ProcessId;
        RawConnection first = await RawConnection.IntroducedAsync(Sandbox.SocketPath);
        await CrowdAsync();
        return (daemon, first);
    }

    private async Task CrowdAsync()
    {
        string path = Sandbox.SocketPath;
        while (_crowd.Count < Limit)
        {
            var connection = new RawConnection(path);
            _crowd.Add(connection);
            await connection.SendAsync(RawConnection.ProperHello);
        }

        // Those who come early are let in.
        Assert.Equal(RawConnection.Welcome, (await _crowd[0].ReceiveAsync()).Kind);
    }

    /// <remarks>It started, and answered nobody.</remarks>
    [Fact]
    public async Task Daemon_that_may_open_too_little_to_serve_says_so()
    {
        // With fewer the runtime cannot even load what it needs to say so.
        string answer = await Sandbox.StartTool("attempt", "--daemon", "--start", "descriptorless", "--descriptors", "12").AnswerAsync(exitCode: 3);

        Assert.Contains("(ulimit -n)", answer, StringComparison.Ordinal);
        Assert.Contains("raise the limit", answer, StringComparison.Ordinal);
    }

    private void Disperse() => _crowd.ForEach(connection => connection.Dispose());

    /// <summary>The daemon has the limit of whoever starts it.</summary>
    private async Task<TestServiceClient> ClientOfLimitedDaemonAsync()
    {
        string limit = string.Create(CultureInfo.InvariantCulture, $"ulimit -n {Limit}");
        _ = await Sandbox.Start("bash", "-c", $"{limit}; exec \"$@\"", "bash", TestProgram.Path, "connect").EndedAsync();
        return await Sandbox.ConnectAsync();
    }
}
