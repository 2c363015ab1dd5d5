namespace DaemonRpc.Process.Tests.Starting;

public sealed class CrashLoopTests : SandboxTests
{
    private const string SpentBudget = "has crashed 3 times in the last 30 s";

    private string Note => Sandbox["starts"];

    private string[] Crashing => ["--start", "exit", "--note", Note];

    private int Starts => File.Exists(Note) ? File.ReadAllLines(Note).Length : 0;

    [Fact]
    public async Task Fourth_start_within_thirty_seconds_starts_no_process_and_says_why()
    {
        for (int start = 0; start < 3; start++)
        {
            DaemonStartException crash = await FailAsync(Sandbox.Options(Crashing));
            Assert.Equal(42, crash.ExitCode);
        }

        DaemonStartException exception = await FailAsync(Sandbox.Options(Crashing));

        Assert.Equal(3, Starts);
        Assert.Contains(SpentBudget, exception.Message, StringComparison.Ordinal);
        Assert.Contains($"The last was process {File.ReadAllLines(Note)[^1]}: It ended with exit code 42 while starting.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("The next start is tried from ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("I leave before I serve.", exception.LastLines);
        Assert.True(File.Exists(exception.LogPath));
        Assert.Null(exception.ExitCode);
    }

    [Fact]
    public async Task Journal_tells_of_each_crash()
    {
        _ = await FailAsync(Sandbox.Options(Crashing));

        DaemonJournalEntry entry = Assert.Single(await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime());
        Assert.Equal(
            (DaemonJournalEvent.StartFailed, File.ReadAllLines(Note)[0], Environment.ProcessId, TestServiceDaemon.BuildTimestamp),
            (entry.Event, $"{entry.ProcessId}", entry.ByProcessId, entry.BuildTimestamp));
        Assert.Equal("It ended with exit code 42 while starting.", entry.Reason);
    }

    [Fact]
    public async Task Client_of_another_build_is_not_held_back()
    {
        for (int start = 0; start < 4; start++)
        {
            _ = await FailAsync(Sandbox.Options(Crashing));
        }

        string started = await Sandbox.Start(TestProgram.Newer, "pid").AnswerAsync();

        Assert.Equal("Started", started.Split(' ')[1]);
        // The daemon that now runs serves whoever could not start one.
        Assert.Equal(DaemonOrigin.Reused, (await Sandbox.ConnectAsync(Crashing)).Daemon.Origin);
        Assert.Equal(3, Starts);
    }

    [Fact]
    public async Task Sixteen_clients_at_once_start_a_crashing_program_three_times()
    {
        DaemonStartException[] exceptions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => FailAsync(Sandbox.Options(Crashing))));

        Assert.Equal(3, Starts);
        Assert.Equal(3, exceptions.Count(exception => exception.ExitCode == 42));
        Assert.Equal(13, exceptions.Count(exception => exception.Message.Contains(SpentBudget, StringComparison.Ordinal)));
        Assert.All(exceptions, exception => Assert.Contains("exit code 42", exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clients_at_once_of_a_program_that_hangs_all_give_up_in_time()
    {
        DaemonClientOptions options = Sandbox.Options("--start", "never", "--note", Note);
        options.StartTimeout = TimeSpan.FromSeconds(3);

        DaemonException[] exceptions = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Assert.ThrowsAnyAsync<DaemonException>(() => Sandbox.ConnectAsync(options))));

        // One had the time to find out; who had to wait for it may have too little left for a start of its own, which proves nothing.
        Assert.Contains(exceptions, exception => exception.Message.Contains("was not ready within 3 s and was ended", StringComparison.Ordinal));
        Assert.All(exceptions, exception => Assert.True(exception is DaemonStartException or DaemonUnresponsiveException, exception.ToString()));
        IReadOnlyList<DaemonJournalEntry> journal = await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        Assert.InRange(journal.Count, 1, 3);
        Assert.All(journal, entry => Assert.Equal("It was not ready within 3 s and was ended.", entry.Reason));
    }

    [Fact]
    public async Task Program_that_closes_its_channel_and_lives_on_is_ended_and_counts()
    {
        DaemonClientOptions options = Sandbox.Options("--start", "deaf", "--note", Note);
        options.StartTimeout = TimeSpan.FromSeconds(5);

        DaemonStartException exception = await FailAsync(options);

        Assert.Contains("closed its channel while starting, had not ended within 5 s, and was ended.", exception.Message, StringComparison.Ordinal);
        Assert.Null(exception.Signal);
        using WatchedProcess? process = WatchedProcess.TryOpen(int.Parse(File.ReadAllLines(Note)[0], System.Globalization.CultureInfo.InvariantCulture));
        await (process?.EndedAsync() ?? Task.CompletedTask);
        Assert.Equal(DaemonJournalEvent.StartFailed, Assert.Single(await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime()).Event);
    }

    [Fact]
    public async Task Daemons_that_are_killed_when_they_serve_do_not_count()
    {
        for (int round = 0; round < 4; round++)
        {
            TestServiceClient client = await Sandbox.ConnectAsync("--note", Note);
            Assert.Equal(3, await client.AddAsync(1, 2).InTime());
            using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
            await daemon.KillAsync();
        }

        Assert.Equal(3, await (await Sandbox.ConnectAsync("--note", Note)).AddAsync(1, 2).InTime());
        Assert.Equal(5, Starts);
    }

    /// <remarks>A storm of kills had the next starts refused, for half a minute: tests had only killed what served.</remarks>
    [Fact]
    public async Task Processes_that_are_killed_while_they_start_do_not_count()
    {
        for (int round = 1; round <= 4; round++)
        {
            Task<DaemonStartException> failed = FailAsync(Sandbox.Options("--start", "never", "--note", Note));
            string[] starts = [];
            await Settling.UntilAsync(() => (starts = File.Exists(Note) ? File.ReadAllLines(Note) : []).Length == round, "The program was not started.");
            using (WatchedProcess process = WatchedProcess.Of(int.Parse(starts[^1], System.Globalization.CultureInfo.InvariantCulture)))
            {
                await process.KillAsync();
            }

            Assert.Equal(9, (await failed.InTime()).Signal);
        }

        Assert.Equal(3, await (await Sandbox.ConnectAsync()).AddAsync(1, 2).InTime());
    }

    /// <remarks>A repaired script or daemon was started half a minute later: tests had repaired the client along with it.</remarks>
    [Fact]
    public async Task Program_that_is_repaired_where_it_lies_is_started_at_once()
    {
        string script = Sandbox["start"];
        Write("exit 42");
        DaemonClientOptions options = Sandbox.Options();
        options.Launch = DaemonLaunch.Executable(script);
        for (int start = 0; start < 3; start++)
        {
            Assert.Equal(42, (await FailAsync(options)).ExitCode);
        }

        Assert.Contains(SpentBudget, (await FailAsync(options)).Message, StringComparison.Ordinal);
        Write($"exec '{TestProgram.Path}' \"$@\"");

        Assert.Equal(3, await (await Sandbox.ConnectAsync(options)).AddAsync(1, 2).InTime());

        void Write(string line)
        {
            File.WriteAllText(script, $"#!/bin/sh\n{line}\n");
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <remarks>It had answered, which was all that earlier tests looked at: none had a factory that ends its process.</remarks>
    [Fact]
    public async Task Factory_that_ends_its_process_is_started_three_times_by_however_many_calls()
    {
        string[] dying = ["--start", "die", "--note", Note];
        DaemonStartException[] exceptions = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CallAsync()));

        Assert.Equal(3, Starts);
        Assert.All(exceptions, exception => Assert.Contains(SpentBudget, exception.Message, StringComparison.Ordinal));
        IReadOnlyList<DaemonJournalEntry> journal = await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        Assert.Equal(
            File.ReadAllLines(Note),
            journal.Where(entry => entry.Event == DaemonJournalEvent.StartFailed).Select(entry => $"{entry.ProcessId}"));

        Task<DaemonStartException> CallAsync() => Assert.ThrowsAsync<DaemonStartException>(async () => await (await Sandbox.ConnectAsync(dying)).AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Call_that_waits_for_a_factory_whose_process_is_killed_did_not_run_and_is_made_again()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--start", "wait", "--until", Sandbox["go"]);
        int first = client.Daemon.ProcessId;
        Task<int> call = client.NoteAsync(Sandbox["calls"], "a call");
        using (WatchedProcess daemon = WatchedProcess.Of(first))
        {
            await daemon.KillAsync();
        }

        await File.WriteAllTextAsync(Sandbox["go"], "");

        Assert.NotEqual(first, await call.InTime());
        _ = Assert.Single(await File.ReadAllLinesAsync(Sandbox["calls"]));
    }

    private Task<DaemonStartException> FailAsync(DaemonClientOptions options) =>
        Assert.ThrowsAsync<DaemonStartException>(() => Sandbox.ConnectAsync(options));
}
