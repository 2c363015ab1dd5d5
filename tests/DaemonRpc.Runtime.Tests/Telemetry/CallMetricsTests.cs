using System.Diagnostics;
using System.Diagnostics.Metrics;
using DaemonRpc.Telemetry;

namespace DaemonRpc.Runtime.Tests.Telemetry;

/// <summary>What the meter says of calls, in one process.</summary>
[Collection(ListeningAlone.Name)]
public sealed class CallMetricsTests : IAsyncLifetime
{
    private const string Method = "DaemonRpc.Runtime.Tests.Infrastructure.ISample/EchoAsync";

    private readonly Sample _handler = new();
    private readonly SampleClient _client;

    public CallMetricsTests() => _client = SampleClient.InProcess(_handler, options: new DaemonClientOptions { BusyTimeout = Timeout.InfiniteTimeSpan });

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Both_sides_measure_how_long_a_call_takes()
    {
        using var heard = new HeardMetrics();

        _ = await _client.EchoAsync("x");

        HeardMeasurement client = Assert.Single(heard.Of("rpc.client.call.duration"));
        HeardMeasurement server = Assert.Single(heard.Of("rpc.server.call.duration"));
        Assert.InRange(server.Value, 0, client.Value);
        Assert.All([client, server], static heard => Assert.Equal(
            [("rpc.method", Method), ("rpc.status_code", "Result"), ("rpc.system.name", "daemonrpc")],
            heard.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).Select(static tag => (tag.Key, (string)tag.Value!))));
    }

    [Fact]
    public async Task Histograms_advise_boundaries_from_microseconds_on()
    {
        using var heard = new HeardMetrics();
        _ = await _client.EchoAsync("x");

        var durations = (Histogram<double>)heard.Instruments["rpc.client.call.duration"];

        Assert.Equal("s", durations.Unit);
        IReadOnlyList<double> boundaries = durations.Advice!.HistogramBucketBoundaries!;
        Assert.Equal((0.000005, 300), (boundaries[0], boundaries[^1]));
        Assert.Equal(boundaries.Order(), boundaries);
    }

    [Fact]
    public async Task Failure_is_measured_with_its_type()
    {
        using var heard = new HeardMetrics();
        _handler.Echo = (_, _) => throw new InvalidDataException();

        _ = await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.EchoAsync("x"));

        Assert.Equal("System.IO.InvalidDataException", Assert.Single(heard.Of("rpc.client.call.duration")).Tags["error.type"]);
        Assert.Equal("System.IO.InvalidDataException", Assert.Single(heard.Of("rpc.server.call.duration")).Tags["error.type"]);
    }

    [Fact]
    public async Task Refused_call_counts_on_both_sides_as_busy()
    {
        using var heard = new HeardMetrics();
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        heard.OnMeasured = () =>
        {
            if (heard.Of("daemonrpc.server.refusals").Count > 0)
            {
                _ = refused.TrySetResult();
            }
        };
        await using var client = SampleClient.InProcess(_handler);
        (Task<string> holding, TaskCompletionSource gate) = Hold(client);

        _ = await Assert.ThrowsAsync<DaemonBusyException>(() => client.EchoAsync("y"));

        Assert.Equal(Method, Assert.Single(heard.Of("daemonrpc.client.busy")).Tags["rpc.method"]);
        await refused.Task.Soon();
        Assert.Equal("Busy", Assert.Single(heard.Of("daemonrpc.server.refusals")).Tags["daemonrpc.reason"]);
        Assert.Equal("Refusal", Assert.Single(heard.Of("rpc.client.call.duration")).Tags["rpc.status_code"]);
        gate.SetResult();
        _ = await holding;
    }

    [Fact]
    public async Task Daemon_tells_when_asked_how_many_wait_and_whether_it_is_busy()
    {
        using var heard = new HeardMetrics();
        var waited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        heard.OnMeasured = () =>
        {
            if (heard.Of("daemonrpc.server.wait.duration").Count > 0)
            {
                _ = waited.TrySetResult();
            }
        };
        DaemonMetrics.Look();
        Patience.Until(() => heard.Instruments.ContainsKey("daemonrpc.server.busy"));
        string id = SampleDispatcher.Contract.Id;
        (Task<string> holding, TaskCompletionSource gate) = Hold(_client);
        Task<string> waiting = _client.EchoAsync("y");
        await foreach (DaemonStatus status in _client.Daemon.WatchStatusAsync(TestContext.Current.CancellationToken))
        {
            if (status.Waiting == 1)
            {
                break;
            }
        }

        heard.Collect();

        Assert.Contains(heard.Of("daemonrpc.server.waiting"), measured => measured.Value == 1 && Equals(measured.Tags["daemonrpc.daemon.id"], id));
        Assert.Contains(heard.Of("daemonrpc.server.busy"), measured => measured.Value == 1 && Equals(measured.Tags["daemonrpc.daemon.id"], id));
        gate.SetResult();
        _ = await holding;
        _ = await waiting;
        await waited.Task.Soon();
        Assert.Equal(id, Assert.Single(heard.Of("daemonrpc.server.wait.duration")).Tags["daemonrpc.daemon.id"]);
    }

    [Fact]
    public async Task Listener_that_throws_fails_nothing()
    {
        using var heard = new HeardMetrics { OnMeasured = static () => throw new InvalidOperationException("The listener is broken.") };

        Assert.Equal("x", await _client.EchoAsync("x"));
        _handler.Echo = (_, _) => throw new InvalidDataException();
        _ = await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.EchoAsync("x"));
    }

    [Fact]
    public async Task Without_a_listener_nothing_is_timed_or_made()
    {
        // Loads the assembly, if no other test has.
        Assert.Null(Activity.Current);
        Assert.True(DaemonRpc.Telemetry.Listening.IsPossible);
        Assert.Equal((false, false, false), (CallWatch.IsClientWanted, CallWatch.IsServerWanted, CallWatch.IsSpanWanted));
        Assert.Equal(0, DaemonMetrics.Now());

        // Nor is it while somebody listens to something else.
        using var own = new HeardSpans(source: "Another");
        using var other = new HeardMetrics(static _ => false);
        _ = await _client.EchoAsync("x");
        Assert.Equal((false, false, false), (CallWatch.IsClientWanted, CallWatch.IsServerWanted, CallWatch.IsSpanWanted));
        Assert.Equal(0, DaemonMetrics.Now());
        Assert.Null(CallersSpan.Current);
    }

    [Fact]
    public void Version_is_the_packages() =>
        Assert.StartsWith(Names.Version, typeof(DaemonException).Assembly.GetName().Version!.ToString(), StringComparison.Ordinal);

    private (Task<string> Holding, TaskCompletionSource Gate) Hold(SampleClient client)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Echo = async (text, _) =>
        {
            begun.SetResult();
            await gate.Task;
            return text;
        };
        Task<string> holding = client.EchoAsync("held");
        begun.Task.Soon().GetAwaiter().GetResult();
        _handler.Echo = static (text, _) => Task.FromResult(text);
        return (holding, gate);
    }
}
