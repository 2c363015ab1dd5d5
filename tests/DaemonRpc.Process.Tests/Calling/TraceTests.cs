namespace DaemonRpc.Process.Tests.Calling;

/// <summary>Spans and metrics of a client and its daemon, each in a process of its own.</summary>
public sealed class TraceTests : SandboxTests
{
    [Fact]
    public async Task Handlers_code_runs_within_the_trace_of_its_caller_in_another_process()
    {
        IReadOnlyList<string> lines = (await Sandbox.StartTool("trace", "--daemon", "--listen").EndedAsync()).Lines;

        string[][] calls = Words(lines, "trace");
        string[][] spans = Words(lines, "span DaemonRpc.TestDaemon.ITestService/TraceAsync");
        Assert.Equal(3, calls.Select(static call => call[1]).Distinct().Count());
        for (int call = 0; call < 3; call++)
        {
            // span NAME KIND TRACE SPAN PARENT STATUS PID; the daemon's parent is the client's span.
            Assert.Equal(["Client", calls[call][1], "Result"], [spans[call][2], spans[call][3], spans[call][6]]);
            Assert.Equal($"trace {calls[call][1]} {calls[call][1]} {spans[call][4]} call={call} Server", string.Join(' ', calls[call]));
        }
    }

    [Fact]
    public async Task Start_of_a_daemon_is_a_span_within_the_callers_that_names_its_process()
    {
        IReadOnlyList<string> lines = (await Sandbox.StartTool("trace", "--daemon", "--listen").EndedAsync()).Lines;
        TestServiceClient client = await Sandbox.ConnectAsync();

        string[] start = Assert.Single(Words(lines, "span daemonrpc.start"));
        Assert.Equal(["Internal", "Ready", $"{client.Daemon.ProcessId}"], [start[2], start[6], start[7]]);
        Assert.Equal(Assert.Single(Words(lines, "program"))[1], start[5]);
    }

    [Fact]
    public async Task Daemon_in_which_nobody_listens_serves_a_client_that_traces()
    {
        IReadOnlyList<string> lines = (await Sandbox.StartTool("trace").EndedAsync()).Lines;

        Assert.All(Words(lines, "trace"), static call => Assert.Equal("no span", string.Join(' ', call[2..])));
        Assert.Equal(3, Words(lines, "trace").Length);
    }

    [Fact]
    public async Task Refused_and_forced_calls_are_counted_by_their_client()
    {
        IReadOnlyList<string> lines = (await Sandbox.StartTool("meter", "--daemon", "--grace", "200").EndedAsync()).Lines;

        Assert.Equal(["busy", "Forced", "canceled Forced", "daemonrpc.client.busy 1", "daemonrpc.client.forced 1", "rpc.client.call.duration 3"], lines);
    }

    // The first use of what spans are made of takes some 20 ms in a program that is not compiled ahead of time.
    [Fact]
    public async Task Client_in_which_nobody_listens_does_not_load_what_spans_are_made_of() =>
        Assert.Equal("3 False", await Sandbox.StartTool("untraced").AnswerAsync());

    private static string[][] Words(IReadOnlyList<string> lines, string first) =>
        [.. lines.Where(line => line.StartsWith(first + " ", StringComparison.Ordinal)).Select(static line => line.Split(' '))];
}
