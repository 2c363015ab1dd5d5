namespace DaemonRpc.Process.Tests.Surviving;

public sealed class JournalTests : SandboxTests
{
    [Fact]
    public async Task Journal_says_when_and_why_daemons_came_and_went()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        int first = client.Daemon.ProcessId;
        await client.Daemon.StopAsync().InTime();
        _ = await client.AddAsync(1, 2).InTime();
        int second = client.Daemon.ProcessId;
        using (WatchedProcess daemon = WatchedProcess.Of(second))
        {
            await daemon.KillAsync();
        }

        _ = await client.AddAsync(1, 2).InTime();

        IReadOnlyList<DaemonJournalEntry> journal = await client.Daemon.ReadJournalAsync().InTime();
        Assert.Equal(
            [
                (DaemonJournalEvent.Started, first, Environment.ProcessId),
                (DaemonJournalEvent.Stopped, first, Environment.ProcessId),
                (DaemonJournalEvent.Started, second, Environment.ProcessId),
                (DaemonJournalEvent.Vanished, second, 0),
                (DaemonJournalEvent.Started, client.Daemon.ProcessId, Environment.ProcessId),
            ],
            journal.Select(entry => (entry.Event, entry.ProcessId, entry.ByProcessId)));
        Assert.Equal(journal.Select(entry => entry.At).Order(), journal.Select(entry => entry.At));
        Assert.All(journal, entry => Assert.Equal(TestServiceDaemon.BuildTimestamp, entry.BuildTimestamp));
        Assert.Equal("None was running.", journal[0].Reason);
    }

    [Fact]
    public async Task Journal_names_who_had_a_task_ended_by_force()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200");
        int first = client.Daemon.ProcessId;
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task spinning = client.SpinAsync();
        _ = await log.WhenAsync(status => status.Message == "spinning");

        _ = await client.Daemon.CancelAsync().InTime();
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());
        _ = await client.AddAsync(1, 2).InTime();

        Assert.Equal(
            [
                (DaemonJournalEvent.Started, first, Environment.ProcessId),
                (DaemonJournalEvent.Forced, first, Environment.ProcessId),
                (DaemonJournalEvent.TookOver, client.Daemon.ProcessId, Environment.ProcessId),
            ],
            (await client.Daemon.ReadJournalAsync().InTime()).Select(entry => (entry.Event, entry.ProcessId, entry.ByProcessId)));
    }

    /// <remarks>Only the daemon without either was in it: other tests had read each journal by its handle.</remarks>
    [Fact]
    public async Task Journal_of_an_id_has_the_daemons_of_every_launch_environment_and_of_every_build_beside_others_when_none_runs()
    {
        TestServiceClient given = await Sandbox.ConnectAsync(Given("1"));
        TestServiceClient plain = await Sandbox.ConnectAsync();
        DaemonClientOptions sideBySide = Sandbox.Options();
        sideBySide.VersionPolicy = VersionPolicy.SideBySide;
        TestServiceClient beside = await Sandbox.ConnectAsync(sideBySide);
        DaemonClientOptions another = Given("1");
        another.Instance = "another";
        TestServiceClient other = await Sandbox.ConnectAsync(another);
        int[] processes = [given.Daemon.ProcessId, plain.Daemon.ProcessId, beside.Daemon.ProcessId];
        foreach (TestServiceClient client in (TestServiceClient[])[given, plain, beside, other])
        {
            await client.Daemon.StopAsync().InTime();
        }

        IReadOnlyList<DaemonJournalEntry> journal = await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();

        Assert.Equal(
            [.. processes.Select(process => (DaemonJournalEvent.Started, process)), .. processes.Select(process => (DaemonJournalEvent.Stopped, process))],
            journal.Select(entry => (entry.Event, entry.ProcessId)));
        Assert.All(await given.Daemon.ReadJournalAsync().InTime(), entry => Assert.Equal(given.Daemon.ProcessId, entry.ProcessId));
    }

    [Fact]
    public async Task Clients_that_come_together_cause_one_start()
    {
        TestServiceClient[] clients = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Sandbox.ConnectAsync()));

        Assert.Single(await clients[0].Daemon.ReadJournalAsync().InTime());
    }

    private DaemonClientOptions Given(string value)
    {
        DaemonClientOptions options = Sandbox.Options();
        options.LaunchEnvironment = new Dictionary<string, string?> { ["TESTDAEMON_SETTING"] = value };
        return options;
    }
}
