namespace DaemonRpc.Process.Tests.Ending;

public sealed class AlternatingBuildsTests : SandboxTests
{
    private const int Calls = 100;

    [Fact]
    public async Task Newer_build_replaces_the_daemon_once_and_the_older_is_refused_from_then_on()
    {
        IReadOnlyList<string> answers = await AlternateAsync();

        // The first call is the older build's; the newer one's, which follows, replaces its daemon.
        Assert.EndsWith(" Started", answers[0], StringComparison.Ordinal);
        Assert.EndsWith(" Replaced", answers[1], StringComparison.Ordinal);
        Assert.All(answers.Skip(2).Where((_, index) => index % 2 == 0), answer => Assert.StartsWith(nameof(DaemonVersionException), answer, StringComparison.Ordinal));
        Assert.All(answers.Skip(2).Where((_, index) => index % 2 == 1), answer => Assert.EndsWith(" Reused", answer, StringComparison.Ordinal));
        Assert.Equal(2, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Builds_that_each_want_their_own_are_held_to_the_budget_and_no_call_is_lost_or_run_twice()
    {
        IReadOnlyList<string> answers = await AlternateAsync("--match");

        // Five within a minute, should the calls take longer: what is beyond is refused and says why.
        int replaced = answers.Count(answer => answer.EndsWith(" Replaced", StringComparison.Ordinal));
        Assert.InRange(replaced, 5, 20);
        Assert.Equal(replaced + 1, await Sandbox.StartsAsync());
        Assert.Contains(answers, answer => answer.Contains("5 times within a minute", StringComparison.Ordinal));
        Assert.All(answers, answer => Assert.True(
            answer.StartsWith(nameof(DaemonVersionException), StringComparison.Ordinal) || char.IsAsciiDigit(answer[0]), answer));
    }

    /// <summary>Calls by an older and a newer build in turn, each noted by the daemon that ran it; what each was answered.</summary>
    private async Task<IReadOnlyList<string>> AlternateAsync(params string[] options)
    {
        string[] command = ["rounds", "--note", Sandbox["notes"], .. options];
        ToolProcess[] tools = [Sandbox.Start(TestProgram.Older, command), Sandbox.Start(TestProgram.Newer, command)];
        var answers = new List<string>();
        for (int call = 0; call < Calls; call++)
        {
            ToolProcess tool = tools[call % tools.Length];
            await tool.SayAsync($"{call}");
            string start = $"round {call}: ";
            answers.Add((await tool.LineAsync(line => line.StartsWith(start, StringComparison.Ordinal)))[start.Length..]);
        }

        // What was answered ran once, in order; what was refused did not run.
        IEnumerable<string> answered = Enumerable.Range(0, Calls).Where(call => char.IsAsciiDigit(answers[call][0])).Select(call => $"{call}");
        Assert.Equal(answered, await File.ReadAllLinesAsync(Sandbox["notes"]));
        return answers;
    }
}
