namespace DaemonRpc.Process.Tests.Ending;

public sealed class IdleRaceTests : SandboxTests
{
    // On a loaded machine a client needs some of it to make its first call after a start.
    private const int IdleMilliseconds = 500;
    private const int SpreadMilliseconds = 40;
    private const int Daemons = 5;
    private const int ClientsPerDaemon = 2;
    private const int Rounds = 20;

    [Fact]
    public async Task Calls_that_come_when_the_daemon_is_about_to_leave_run_once_each()
    {
        await Task.WhenAll(Enumerable.Range(0, Daemons).Select(CallAroundTheMomentAsync));
    }

    private async Task CallAroundTheMomentAsync(int daemon)
    {
        DaemonClientOptions options = Sandbox.Options("--idle", $"{IdleMilliseconds}");
        options.Instance = $"{daemon}";
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        TestServiceClient[] clients = await Task.WhenAll(Enumerable.Range(0, ClientsPerDaemon).Select(_ => Sandbox.ConnectAsync(options)));
        string notes = Sandbox[$"notes-{daemon}"];
        var random = new Random(daemon);
        var processes = new HashSet<int>();
        for (int round = 0; round < Rounds; round++)
        {
            // No waiting for anything: these are the moments to call at, some before it leaves, some while, some after.
            int[] moments = [.. clients.Select(_ => IdleMilliseconds + random.Next(-SpreadMilliseconds, SpreadMilliseconds))];
            processes.UnionWith(await Task.WhenAll(clients.Select(async (client, index) =>
            {
                await Task.Delay(moments[index]);
                return await client.NoteAsync(notes, $"{round}/{index}").InTime();
            })));
        }

        IEnumerable<string> calls = Enumerable.Range(0, Rounds).SelectMany(round => Enumerable.Range(0, ClientsPerDaemon).Select(index => $"{round}/{index}"));
        Assert.Equal(calls.Order(StringComparer.Ordinal), (await File.ReadAllLinesAsync(notes)).Order(StringComparer.Ordinal));
        Assert.True(processes.Count > 1, "The daemon never left.");
        IReadOnlyList<DaemonJournalEntry> journal = await clients[0].Daemon.ReadJournalAsync().InTime();
        Assert.DoesNotContain(journal, entry => entry.Event == DaemonJournalEvent.Vanished);
        Assert.Subset(journal.Select(entry => entry.ProcessId).ToHashSet(), processes);
    }
}
