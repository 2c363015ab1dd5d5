using System.Diagnostics;
using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Passing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Serialization;
using DaemonRpc.Session;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Telemetry;

/// <summary>Spans of calls that take more than a request and its answer. The daemon is the test.</summary>
[Collection(ListeningAlone.Name)]
public sealed class LongerCallSpanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly UnixSocketListener _listener;

    public LongerCallSpanTests() => _listener = UnixSocketListener.Publish(new DaemonAddress(SampleDispatcher.Contract.Id, "", _folder.Path).SocketPath);

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Replacement_is_a_span_within_the_call_that_waits_for_it_and_the_call_is_one()
    {
        using var heard = new HeardSpans();
        using var metrics = new HeardMetrics();
        Task<SampleClient> connecting = ConnectAsync();
        using ScriptedPeer old = await AcceptAsync(processId: 1);
        await using SampleClient client = await connecting.Soon();
        Task<string> calling = client.EchoAsync("x");
        HeardFrame request = await old.HearAsync(FrameKind.Request);
        old.Say(FrameKind.Refusal, request.CallId, new Refusal { Reason = RefusalReason.MakingRoom, DaemonBuild = new BuildIdentity(1, 1), Status = new DaemonStatus { State = DaemonState.Stopping, Sequence = 1, TasksFinished = 0 } }.Write);
        old.Leave();
        using ScriptedPeer successor = await AcceptAsync(processId: 2);
        HeardFrame again = await successor.HearAsync(FrameKind.Request);
        successor.Say(FrameKind.Result, again.CallId, static output => Value.Write(output, "y", "result"));
        Assert.Equal("y", await calling);

        Activity call = heard[ActivityKind.Client];
        Activity replacement = heard[ActivityKind.Internal];
        Assert.Equal(("daemonrpc.replace", call.SpanId, 1), (replacement.DisplayName, replacement.ParentSpanId, replacement.GetTagItem("daemonrpc.daemon.pid")));
        Assert.Equal((2, "Result"), (call.GetTagItem("daemonrpc.daemon.pid"), call.GetTagItem("rpc.status_code")));
        Assert.Equal("unix", call.GetTagItem("network.transport"));
        Assert.EndsWith(".sock", (string)call.GetTagItem("server.address")!, StringComparison.Ordinal);
        Assert.Equal("Left", Assert.Single(metrics.Of("daemonrpc.client.replacements")).Tags["daemonrpc.outcome"]);

        // Both requests were made within the same span.
        Assert.Equal(
            [call.SpanId, call.SpanId],
            new[] { request, again }.Select(static frame => ActivitySpanId.CreateFromBytes(RequestHeader.Read(frame.Payload).Trace!.SpanId)));
    }

    [Fact]
    public async Task Daemon_that_vanishes_is_an_error_without_a_status()
    {
        using var heard = new HeardSpans();
        Task<SampleClient> connecting = ConnectAsync();
        using ScriptedPeer daemon = await AcceptAsync(processId: 1);
        await using SampleClient client = await connecting.Soon();
        Task<string> calling = client.EchoAsync("x");
        _ = await daemon.HearAsync(FrameKind.Request);
        _listener.Dispose();
        daemon.Leave();

        _ = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => calling);

        Activity call = heard[ActivityKind.Client];
        Assert.Equal(("DaemonRpc.DaemonDisconnectedException", null), (call.GetTagItem("error.type"), call.GetTagItem("rpc.status_code")));
    }

    [Fact]
    public async Task Call_that_returns_a_stream_is_a_span_until_the_stream_was_copied()
    {
        using var heard = new HeardSpans();
        Task<SampleClient> connecting = ConnectAsync();
        using ScriptedPeer daemon = await AcceptAsync(processId: 1);
        await using SampleClient client = await connecting.Soon();
        Task<Stream?> opening = client.OpenAsync();
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        UnixSocket near = SocketPair.Create(out int far);
        using var channel = new SocketChannel(near);
        FrameBuffer opened = FrameBuffer.Rent();
        opened.GetSpan(1)[0] = (byte)(StreamTraits.Passed | StreamTraits.Reads | StreamTraits.Copied);
        opened.Advance(1);
        opened.Descriptors = [new SafeFileHandle(far, ownsHandle: true)];
        _ = new SendQueue(daemon.Channel).Send(opened.Finish(FrameKind.Opened, request.CallId));
        await using Stream stream = (await opening.Soon())!;
        Assert.Empty(heard.Ended);
        Assert.Null(Activity.Current);

        channel.Shutdown();
        daemon.Say(FrameKind.Result, request.CallId);

        Assert.Equal(0, await stream.ReadAsync(new byte[1]).Soon());
        Patience.Until(() => heard.Ended.Count > 0);
        Assert.Equal("Result", heard[ActivityKind.Client].GetTagItem("rpc.status_code"));
    }

    private Task<SampleClient> ConnectAsync() => CallChannel.ConnectAsync(
        SampleDispatcher.Contract,
        channel => new SampleClient(channel),
        new DaemonClientOptions { RuntimeDirectory = _folder.Path, Launch = DaemonLaunch.None, StartTimeout = Patience.Limit },
        default);

    private async Task<ScriptedPeer> AcceptAsync(int processId)
    {
        var daemon = new ScriptedPeer((await Patience.InThread(_listener.Accept))!);
        _ = await daemon.HearAsync(FrameKind.Hello);
        daemon.Say(FrameKind.Welcome, 0, new Welcome { MaxFrameBytes = 1000, ProcessId = processId }.Write);
        return daemon;
    }
}
