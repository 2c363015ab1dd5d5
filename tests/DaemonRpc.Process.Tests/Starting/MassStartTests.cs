namespace DaemonRpc.Process.Tests.Starting;

public sealed class MassStartTests : SandboxTests
{
    private const int Clients = 32;
    private const int Rounds = 50;

    [Fact]
    public async Task Thirty_two_client_processes_that_all_start_at_once_make_one_daemon_each_time()
    {
        ToolProcess[] tools = [.. Enumerable.Range(0, Clients).Select(_ => Sandbox.StartTool("rounds", "--wait"))];
        _ = await Task.WhenAll(tools.Select(tool => tool.LineAsync("waiting")));
        var daemons = new List<string>();
        for (int round = 1; round <= Rounds; round++)
        {
            foreach (ToolProcess tool in tools)
            {
                await tool.SayAsync($"{round}");
            }

            string[] answers = await Task.WhenAll(tools.Select(tool => AnswerAsync(tool, round)));

            string daemon = Assert.Single(answers.Select(answer => answer.Split(' ')[0]).Distinct());
            _ = Assert.Single(answers, answer => answer == $"{daemon} Started");
            Assert.Equal(Clients - 1, answers.Count(answer => answer == $"{daemon} Reused"));
            daemons.Add(daemon);
            await DaemonControl.StopAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        }

        // Far less than the journal keeps: every start and every end is in it.
        IReadOnlyList<DaemonJournalEntry> journal = await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        Assert.Equal(
            daemons.SelectMany(daemon => new[] { $"Started {daemon}", $"Stopped {daemon}" }),
            journal.Select(entry => $"{entry.Event} {entry.ProcessId}"));
    }

    private static async Task<string> AnswerAsync(ToolProcess tool, int round)
    {
        string start = $"round {round}: ";
        return (await tool.LineAsync(line => line.StartsWith(start, StringComparison.Ordinal)))[start.Length..];
    }
}
