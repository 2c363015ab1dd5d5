using DaemonRpc.Testing;
using Microsoft.Extensions.Time.Testing;

namespace DaemonRpc.Docs.Tests.Snippets;

// <testing-class>
public sealed class WordsTests
{
    [Fact]
    public async Task Words_are_counted_once()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "one two two");
        await using WordsClient words = WordsClient.ConnectInProcess(context => new Words(context));

        Summary summary = await words.ReadAsync(file);

        Assert.Equal(new Summary(Words: 3, Different: 2), summary);
        File.Delete(file);
    }
}
// </testing-class>

// <testing-tool>
public static class WordsTool
{
    public static async Task<int> RunAsync(string file, TextWriter output, DaemonClientOptions options, CancellationToken cancellationToken = default)
    {
        try
        {
            await using WordsClient words = await WordsClient.ConnectAsync(options, cancellationToken);
            Summary summary = await words.ReadAsync(file, cancellationToken);
            output.Write($"{summary.Words} words");
            return 0;
        }
        catch (DaemonTaskCanceledException)
        {
            return 130;
        }
        catch (DaemonBusyException busy)
        {
            output.Write($"The daemon is busy: {busy.Status.Message}");
            return 75;
        }
        catch (DaemonDisconnectedException failure)
        {
            output.Write(failure.MayHaveRun ? "It may have run." : "It did not run.");
            return 1;
        }
        catch (DaemonException failure)
        {
            output.Write(failure.Message);
            return 1;
        }
    }
}
// </testing-tool>

/// <summary>docs/guides/testing.md.</summary>
public sealed class TestingSnippets
{
    // <testing-error>
    [Fact]
    public async Task Missing_file_is_reported()
    {
        await using WordsClient words = WordsClient.ConnectInProcess(context => new Words(context));

        DaemonRemoteException failure = await Assert.ThrowsAsync<DaemonRemoteException>(() => words.ReadAsync("/no/such/file"));

        Assert.Equal("System.IO.DirectoryNotFoundException", failure.RemoteType);
    }
    // </testing-error>

    // <testing-process>
    [Fact]
    public async Task Second_call_finds_the_daemon_warm()
    {
        await using var fixture = new DaemonFixture();
        string file = Path.Combine(fixture.Folder, "text");
        File.WriteAllText(file, "one two two");
        DaemonClientOptions options = fixture.ClientOptions(DaemonLaunch.Executable(Path.Combine(AppContext.BaseDirectory, "words")));

        await using (WordsClient first = await WordsClient.ConnectAsync(options))
        {
            await first.ReadAsync(file);
            Assert.Equal(DaemonOrigin.Started, first.Daemon.Origin);
        }

        await using WordsClient second = await WordsClient.ConnectAsync(options);
        Assert.Equal(["two"], await second.StartingWithAsync("tw").ToListAsync());
        Assert.Equal(DaemonOrigin.Reused, second.Daemon.Origin);
    }
    // </testing-process>
}

// <testing-faults>
public sealed partial class WordsToolTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new();
    private readonly string _file = Path.GetTempFileName();
    private readonly TestDaemon _daemon;

    public WordsToolTests()
    {
        File.WriteAllText(_file, "one two three");
        _daemon = new TestDaemon(options => WordsDaemon.RunAsync(context => new Words(context), options), _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        File.Delete(_file);
    }

    private Task<int> RunAsync(CancellationToken cancellationToken = default) =>
        WordsTool.RunAsync(_file, _output, _daemon.ClientOptions(), cancellationToken);
}
// </testing-faults>

/// <summary>A test of each fault.</summary>
public sealed partial class WordsToolTests
{
    // <testing-busy>
    [Fact]
    public async Task Tool_says_what_the_daemon_is_busy_with()
    {
        await using DaemonOccupation occupation = await _daemon.OccupyAsync("IndexAsync", "Indexing 3 of 7");

        Assert.Equal(75, await RunAsync());
        Assert.Equal("The daemon is busy: Indexing 3 of 7", _output.ToString());
    }
    // </testing-busy>

    // <testing-delay>
    [Fact]
    public async Task Slow_call_can_be_cancelled()
    {
        using var canceling = new CancellationTokenSource();
        using CallFault hold = _daemon.HoldNext(CallPoint.BeforeHandler, nameof(IWords.ReadAsync));
        Task<int> run = RunAsync(canceling.Token);
        await hold.Reached;                                       // the call runs, and does not get on

        await canceling.CancelAsync();                            // or hold.Release(), to let it go on

        Assert.Equal(130, await run);
    }
    // </testing-delay>

    // <testing-cut>
    [Fact]
    public async Task Tool_does_not_call_again_when_the_call_may_have_run()
    {
        _daemon.CutNext(CallPoint.AfterHandler);

        Assert.Equal(1, await RunAsync());
        Assert.Equal("It may have run.", _output.ToString());
    }
    // </testing-cut>

    // <testing-crash>
    [Fact]
    public async Task Crash_before_the_call_is_nothing_that_the_tool_notices()
    {
        _daemon.CrashNext(CallPoint.BeforeRequest);               // certainly did not run: the client starts another daemon and calls again

        Assert.Equal(0, await RunAsync());
        Assert.Equal(2, _daemon.Journal.Count(entry => entry.Event == DaemonJournalEvent.Started));
    }
    // </testing-crash>

    // <testing-stream>
    [Fact]
    public async Task Words_that_came_before_a_crash_are_kept()
    {
        await using WordsClient words = await WordsClient.ConnectAsync(_daemon.ClientOptions());
        await words.ReadAsync(_file);
        var received = new List<string>();
        _daemon.CrashNext(CallPoint.AfterItems(2));

        await Assert.ThrowsAsync<DaemonDisconnectedException>(async () =>
        {
            await foreach (string word in words.StartingWithAsync(""))
            {
                received.Add(word);
            }
        });

        Assert.Equal(2, received.Count);
    }
    // </testing-stream>

    // <testing-version>
    [Theory]
    [InlineData(DaemonBuild.Newer, 1)]                            // DaemonVersionException
    [InlineData(DaemonBuild.Older, 0)]                            // replaced by a daemon of the tool's build
    public async Task Daemon_of_another_build(DaemonBuild build, int exitCode)
    {
        await _daemon.StartAsync(build);

        Assert.Equal(exitCode, await RunAsync());
    }
    // </testing-version>

    // <testing-start>
    [Fact]
    public async Task Tool_shows_why_the_daemon_did_not_start()
    {
        _daemon.FailNextStart(exitCode: 3, "No licence.");

        Assert.Equal(1, await RunAsync());
        Assert.Contains("No licence.", _output.ToString(), StringComparison.Ordinal);
    }
    // </testing-start>

    // <testing-forced>
    [Fact]
    public async Task Call_that_ignores_its_cancellation_is_ended_by_force()
    {
        using var canceling = new CancellationTokenSource();
        using CallFault hang = _daemon.HangNext();
        await using WordsClient words = await WordsClient.ConnectAsync(_daemon.ClientOptions());
        Task<Summary> call = words.ReadAsync(_file, canceling.Token);
        await hang.Reached;

        await canceling.CancelAsync();
        await hang.Canceled;
        _time.Advance(TimeSpan.FromSeconds(1));                   // the cancel grace

        DaemonTaskCanceledException canceled = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call);
        Assert.Equal(CancelOutcome.Forced, canceled.Outcome);
    }
    // </testing-forced>

    // <testing-time>
    [Fact]
    public async Task Daemon_forgets_when_it_has_idled_out()
    {
        Assert.Equal(0, await RunAsync());

        _time.Advance(TimeSpan.FromMinutes(15));                  // the idle timeout

        await using WordsClient words = await WordsClient.ConnectAsync(_daemon.ClientOptions());
        Assert.Empty(await words.StartingWithAsync("").ToListAsync());
        Assert.Contains(_daemon.Journal, entry => entry.Event == DaemonJournalEvent.IdledOut);
    }
    // </testing-time>

    // <testing-record>
    [Fact]
    public async Task Handler_says_what_it_reads()
    {
        Assert.Equal(0, await RunAsync());

        Assert.Contains(_daemon.Statuses, status => status.Message == $"Reading {_file}");
        Assert.DoesNotContain(_daemon.Log, line => line.Exception is not null);
    }
    // </testing-record>
}
