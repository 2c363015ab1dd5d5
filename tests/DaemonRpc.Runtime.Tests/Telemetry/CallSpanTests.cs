using System.Diagnostics;

namespace DaemonRpc.Runtime.Tests.Telemetry;

/// <summary>The spans of calls, in one process: of the client, of the daemon below it, and of the handler's code below that.</summary>
[Collection(ListeningAlone.Name)]
public sealed class CallSpanTests : IAsyncLifetime
{
    private const string Contract = "DaemonRpc.Runtime.Tests.Infrastructure.ISample";

    private static readonly ActivitySource s_own = new("DaemonRpc.Tests");

    private readonly Sample _handler = new();
    private readonly SampleClient _client;

    public CallSpanTests() => _client = SampleClient.InProcess(_handler);

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Call_is_a_span_of_its_client_with_that_of_the_daemon_below_it()
    {
        using var heard = new HeardSpans();

        _ = await _client.EchoAsync("x");

        Activity client = heard[ActivityKind.Client];
        Activity server = heard[ActivityKind.Server];
        Assert.Equal([server, client], heard.Ended);
        Assert.Equal(($"{Contract}/EchoAsync", client.DisplayName), (client.DisplayName, server.DisplayName));
        Assert.Equal((client.TraceId, client.SpanId), (server.TraceId, server.ParentSpanId));
        Assert.True(server.HasRemoteParent);
        Assert.Equal("DaemonRpc", client.Source.Name);
        Assert.Equal(
            [("daemonrpc.daemon.pid", Environment.ProcessId), ("rpc.method", $"{Contract}/EchoAsync"), ("rpc.status_code", "Result"), ("rpc.system.name", "daemonrpc")],
            Tags(client));
        Assert.Equal(
            ["daemonrpc.client.pid", "daemonrpc.task.id", "rpc.method", "rpc.status_code", "rpc.system.name"],
            Tags(server).Select(static tag => tag.Key));
        Assert.Equal((ActivityStatusCode.Unset, ActivityStatusCode.Unset), (client.Status, server.Status));
    }

    [Fact]
    public async Task Handler_runs_within_the_daemons_span_across_its_awaits_and_the_caller_keeps_its_own()
    {
        using var heard = new HeardSpans();
        using var own = new HeardSpans(source: s_own.Name);
        ActivitySpanId[] current = [];
        _handler.Echo = async (text, _) =>
        {
            ActivitySpanId before = Activity.Current!.SpanId;
            await Task.Yield();
            using (s_own.StartActivity("handler"))
            {
                await Task.Yield();
            }

            current = [before, Activity.Current!.SpanId];
            return text;
        };

        using Activity caller = s_own.StartActivity("caller")!;
        Task<string> calling = _client.EchoAsync("x");
        Assert.Same(caller, Activity.Current);
        _ = await calling;
        Assert.Same(caller, Activity.Current);

        Activity server = heard[ActivityKind.Server];
        Assert.Equal([server.SpanId, server.SpanId], current);
        Assert.Equal(server.SpanId, Assert.Single(own.Ended).ParentSpanId);
        Assert.Equal(caller.SpanId, heard[ActivityKind.Client].ParentSpanId);
    }

    [Fact]
    public async Task Callers_own_span_travels_although_nobody_listens_to_the_client()
    {
        using var heard = new HeardSpans(static kind => kind == ActivityKind.Server);
        using var own = new HeardSpans(source: s_own.Name);
        using Activity caller = s_own.StartActivity("caller")!;
        caller.TraceStateString = "acme=7";

        _ = await _client.EchoAsync("x");

        Activity server = heard[ActivityKind.Server];
        Assert.Equal((caller.TraceId, caller.SpanId, "acme=7"), (server.TraceId, server.ParentSpanId, server.TraceStateString));
    }

    [Fact]
    public async Task Call_outside_every_trace_begins_one_in_the_daemon()
    {
        using var heard = new HeardSpans(static kind => kind == ActivityKind.Server);

        _ = await _client.EchoAsync("x");
        _ = await _client.EchoAsync("y");

        Assert.Equal(2, heard.Ended.Select(static span => span.TraceId).Distinct().Count());
        Assert.All(heard.Ended, static span => Assert.Equal(default, span.ParentSpanId));
    }

    [Fact]
    public async Task Failure_has_its_type_on_both_sides_and_nothing_of_its_message()
    {
        using var heard = new HeardSpans();
        _handler.Echo = (_, _) => throw new InvalidDataException("secret");

        _ = await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.EchoAsync("x"));

        Assert.Equal(2, heard.Ended.Count);
        Assert.All(heard.Ended, static span =>
        {
            Assert.Equal(("System.IO.InvalidDataException", "Error"), (span.GetTagItem("error.type"), span.GetTagItem("rpc.status_code")));
            Assert.Equal(ActivityStatusCode.Error, span.Status);
            Assert.DoesNotContain(span.TagObjects, static tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal));
            Assert.Null(span.StatusDescription);
            Assert.Empty(span.Events);
        });
    }

    [Fact]
    public async Task Cancelled_call_says_so()
    {
        using var heard = new HeardSpans();
        using var cancellation = new CancellationTokenSource();
        _handler.Echo = async (text, cancellationToken) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return text;
        };

        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => _client.EchoAsync("x", cancellation.Token));

        Assert.All(heard.Ended, static span => Assert.Equal("Canceled", span.GetTagItem("rpc.status_code")));
        Assert.Equal("DaemonRpc.DaemonTaskCanceledException", heard[ActivityKind.Client].GetTagItem("error.type"));
        Assert.Equal("System.Threading.Tasks.TaskCanceledException", heard[ActivityKind.Server].GetTagItem("error.type"));
    }

    [Fact]
    public async Task Stream_is_a_span_until_it_ends_and_its_consumer_is_not_within_it()
    {
        using var heard = new HeardSpans();
        List<Activity?> current = [];
        await foreach (byte[] _ in _client.StreamAsync(3))
        {
            current.Add(Activity.Current);
            Assert.DoesNotContain(heard.Ended, static span => span.Kind == ActivityKind.Client);
        }

        Assert.Equal([null, null, null], current);
        Assert.Equal(heard[ActivityKind.Client].SpanId, heard[ActivityKind.Server].ParentSpanId);
        Assert.Equal("Result", heard[ActivityKind.Client].GetTagItem("rpc.status_code"));
    }

    [Fact]
    public async Task Stream_that_is_left_is_no_error()
    {
        using var heard = new HeardSpans();
        _handler.Stream = static (_, cancellationToken) => Endless(cancellationToken);

        await foreach (byte[] _ in _client.StreamAsync(1))
        {
            break;
        }

        Activity client = heard[ActivityKind.Client];
        Assert.Equal(("Canceled", ActivityStatusCode.Unset), (client.GetTagItem("rpc.status_code"), client.Status));
    }

    [Fact]
    public async Task Stream_that_fails_has_the_type()
    {
        using var heard = new HeardSpans();
        _handler.Stream = static (_, _) => throw new InvalidDataException();

        _ = await Assert.ThrowsAsync<DaemonRemoteException>(async () => await _client.StreamAsync(1).ToArrayAsync());

        Assert.All(heard.Ended, static span => Assert.Equal("System.IO.InvalidDataException", span.GetTagItem("error.type")));
        Assert.Equal(2, heard.Ended.Count);
    }

    [Fact]
    public async Task Callback_is_a_span_within_its_call()
    {
        using var heard = new HeardSpans();
        _handler.Ask = static async (questions, _, cancellationToken) => await questions.AskAsync("1", cancellationToken);

        _ = await _client.AskAsync(new Questions());

        Activity callback = heard[ActivityKind.Internal];
        Assert.Equal("DaemonRpc.Runtime.Tests.Infrastructure.IQuestions/AskAsync", callback.DisplayName);
        Assert.Equal(heard[ActivityKind.Client].SpanId, callback.ParentSpanId);
    }

    [Fact]
    public async Task Call_within_a_call_is_within_its_span()
    {
        using var heard = new HeardSpans();
        var other = new Sample();
        await using var second = SampleClient.InProcess(other);
        _handler.Echo = (text, cancellationToken) => second.EchoAsync(text, cancellationToken);

        _ = await _client.EchoAsync("x");

        Activity[] ended = [.. heard.Ended];
        Assert.Equal([ActivityKind.Server, ActivityKind.Client, ActivityKind.Server, ActivityKind.Client], ended.Select(static span => span.Kind));
        Assert.Equal(ended[1..].Select(static span => span.SpanId), ended[..^1].Select(static span => span.ParentSpanId));
    }

    [Fact]
    public async Task Listener_that_throws_fails_nothing()
    {
        using var heard = new HeardSpans { OnStarted = Throw, OnEnded = Throw };

        Assert.Equal("x", await _client.EchoAsync("x"));
        heard.OnStarted = null;
        Assert.Equal("y", await _client.EchoAsync("y"));
        Assert.Null(Activity.Current);

        static void Throw() => throw new InvalidOperationException("The listener is broken.");
    }

    private static SortedDictionary<string, object?> TagsByName(Activity span) => new(span.TagObjects.ToDictionary(static tag => tag.Key, static tag => tag.Value), StringComparer.Ordinal);

    private static IEnumerable<(string Key, object? Value)> Tags(Activity span) => TagsByName(span).Select(static tag => (tag.Key, tag.Value));

    private static async IAsyncEnumerable<byte[]> Endless([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            yield return [1];
            await Task.Delay(1, cancellationToken);
        }
    }
}
