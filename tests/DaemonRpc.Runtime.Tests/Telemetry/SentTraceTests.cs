using System.Diagnostics;
using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Serialization;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Telemetry;

/// <summary>What a request carries of its caller's trace. The daemon is the test.</summary>
public sealed class SentTraceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly UnixSocketListener _listener;

    public SentTraceTests() => _listener = UnixSocketListener.Publish(new DaemonAddress(SampleDispatcher.Contract.Id, "", _folder.Path).SocketPath);

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Call_carries_the_span_that_is_current_where_it_is_made()
    {
        using Activity caller = Begin();

        TraceContext? trace = await TraceOfCallAsync(new Welcome { MaxFrameBytes = 1000 });

        Assert.NotNull(trace);
        Assert.Equal(caller.TraceId, ActivityTraceId.CreateFromBytes(trace.TraceId));
        Assert.Equal(caller.SpanId, ActivitySpanId.CreateFromBytes(trace.SpanId));
        Assert.Equal(("acme=7", 1), (trace.State, trace.Flags));
    }

    [Fact]
    public async Task Call_outside_every_trace_carries_nothing() => Assert.Null(await TraceOfCallAsync(new Welcome { MaxFrameBytes = 1000 }));

    [Fact]
    public async Task Older_daemon_which_would_take_it_for_arguments_gets_none()
    {
        using Activity caller = Begin();

        Assert.Null(await TraceOfCallAsync(new Welcome { MaxFrameBytes = 1000, ReadsTraces = false }));
    }

    [Fact]
    public async Task Call_that_fits_only_without_it_is_made_without_it()
    {
        using Activity caller = Begin();

        Assert.Null(await TraceOfCallAsync(new Welcome { MaxFrameBytes = 60 }));
    }

    [Fact]
    public async Task Span_with_ids_that_are_not_W3Cs_is_not_sent()
    {
        using Activity caller = new Activity("caller").SetIdFormat(ActivityIdFormat.Hierarchical).Start();

        Assert.Null(await TraceOfCallAsync(new Welcome { MaxFrameBytes = 1000 }));
    }

    [Fact]
    public async Task State_that_is_too_long_stays_behind()
    {
        using Activity caller = Begin();
        caller.TraceStateString = "acme=" + new string('x', TraceContext.MostState);

        TraceContext? trace = await TraceOfCallAsync(new Welcome { MaxFrameBytes = 1000 });

        Assert.NotNull(trace);
        Assert.Null(trace.State);
    }

    private static Activity Begin()
    {
        Activity caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        caller.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        caller.TraceStateString = "acme=7";
        return caller;
    }

    private async Task<TraceContext?> TraceOfCallAsync(Welcome welcome)
    {
        Task<SampleClient> connecting = CallChannel.ConnectAsync(
            SampleDispatcher.Contract,
            channel => new SampleClient(channel),
            new DaemonClientOptions { RuntimeDirectory = _folder.Path, Launch = DaemonLaunch.None, StartTimeout = Patience.Limit },
            default);
        using var daemon = new ScriptedPeer((await Patience.InThread(_listener.Accept))!);
        _ = await daemon.HearAsync(FrameKind.Hello);
        daemon.Say(FrameKind.Welcome, 0, (welcome with { ProcessId = Environment.ProcessId }).Write);
        await using SampleClient client = await connecting.Soon();
        Task<string> calling = client.EchoAsync("x");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        var header = RequestHeader.Read(request.Payload);
        daemon.Say(FrameKind.Result, request.CallId, output => Value.Write(output, "y", "result"));
        Assert.Equal("y", await calling);
        return header.Trace;
    }
}
