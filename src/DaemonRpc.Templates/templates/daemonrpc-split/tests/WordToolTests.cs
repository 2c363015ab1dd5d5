using DaemonRpc;
using DaemonRpc.Testing;
using Xunit;

namespace DaemonRpcTool._1.Tests;

public sealed class WordToolTests : IAsyncDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private readonly string _file = Path.GetTempFileName();
    private readonly TestDaemon _daemon = new(options => WordIndexDaemon.RunAsync(context => new WordIndexHandler(context), options));

    public WordToolTests() => File.WriteAllText(_file, "one two two");

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        File.Delete(_file);
    }

    [Fact]
    public async Task Second_run_finds_the_daemon_warm()
    {
        Assert.Equal(0, await RunAsync(_file, "t"));
        Assert.Equal(0, await RunAsync(_file, "o"));

        Assert.Equal(["3 words read, 2 different ones known (Started)", "two", "3 words read, 2 different ones known (Reused)", "one"], Lines(_output));
    }

    [Fact]
    public async Task Wrong_arguments_show_the_usage()
    {
        Assert.Equal(2, await RunAsync(_file));

        Assert.StartsWith("Usage: ", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_file_is_a_failure()
    {
        Assert.Equal(1, await RunAsync("/no/such/file", "t"));

        Assert.Contains("/no/such/file", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Busy_daemon_is_told_of()
    {
        await using DaemonOccupation occupation = await _daemon.OccupyAsync("ReadAsync", "Reading a large file");

        Assert.Equal(75, await RunAsync(_file, "t"));

        Assert.NotEmpty(_errors.ToString());
    }

    [Fact]
    public async Task Cancelled_call_ends_the_tool()
    {
        using var stop = new CancellationTokenSource();
        using CallFault hold = _daemon.HoldNext(CallPoint.BeforeHandler, nameof(IWordIndex.ReadAsync));
        Task<int> run = WordTool.RunAsync([_file, "t"], _output, _errors, _daemon.ClientOptions(), stop.Token);
        await hold.Reached;

        await stop.CancelAsync();

        Assert.Equal(130, await run);
    }

    [Fact]
    public async Task Daemon_of_its_own_process_is_found_warm()
    {
        await using var fixture = new DaemonFixture();
        DaemonClientOptions options = fixture.ClientOptions(DaemonLaunch.Beside("DaemonRpcTool.1.Daemon"));

        Assert.Equal(0, await WordTool.RunAsync([_file, "t"], _output, _errors, options, TestContext.Current.CancellationToken));
        Assert.Equal(0, await WordTool.RunAsync([_file, "t"], _output, _errors, options, TestContext.Current.CancellationToken));

        Assert.Contains("Reused", _output.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] args) =>
        WordTool.RunAsync(args, _output, _errors, _daemon.ClientOptions(), TestContext.Current.CancellationToken);

    private static string[] Lines(StringWriter writer) => writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
