using System.Globalization;
using WarmRoslyn.Contract;
using WarmRoslyn.Tests.Infrastructure;

namespace WarmRoslyn.Tests.RandomEdits;

/// <summary>Whatever is done to a solution, its daemon says what a compiler says that starts from nothing. DAEMONRPC_EDITS and DAEMONRPC_EDITS_SEED set how much is done.</summary>
public sealed class RandomEditTests
{
    private static readonly string[] s_projects = ["Core", "Middle", "App"];

    [Fact]
    public async Task After_each_of_many_random_edits_the_daemon_says_what_a_fresh_compiler_says()
    {
        int edits = Setting("DAEMONRPC_EDITS", 20);
        int seed = Setting("DAEMONRPC_EDITS_SEED", Random.Shared.Next(10_000));
        await using TestSolution solution = await TestSolution.CreateAsync(s_projects);
        var fresh = new FreshCompiler(solution, s_projects);
        var random = new Random(seed);
        var changing = new RandomSolution(random, solution, fresh, s_projects);
        await using WarmRoslynClient daemon = await solution.ConnectAsync();
        int process = daemon.Daemon.ProcessId;

        int said = 0;
        for (int edit = 0; edit <= edits; edit++)
        {
            string[] expected = await fresh.DiagnoseAsync();
            string[] actual = await daemon.DiagnosticsAsync(solution.Root);
            Check(expected, actual, "fresh compiler");
            said += actual.Length;

            // The build also writes what the projects refer to, and what is generated, again.
            if (edit % 10 == 9)
            {
                string[] reached = [.. changing.Reached(project => actual.Any(line => IsOf(line, project) && line.Contains(": error ", StringComparison.Ordinal)))];
                Check(await fresh.BuildAsync(), [.. actual.Where(line => reached.Any(project => IsOf(line, project)))], "build");
            }

            // Sometimes several at once, as a checkout does.
            for (int more = random.Next(4) == 0 ? random.Next(2, 5) : 1; more > 0; more--)
            {
                await changing.EditAsync();
            }

            void Check(string[] expected, string[] actual, string by) => Assert.True(
                expected.SequenceEqual(actual),
                string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, after edit {edit}, otherwise than by the {by}. Edits:\n{string.Join('\n', changing.Log)}\nMissing:\n{string.Join('\n', expected.Except(actual))}\nToo much:\n{string.Join('\n', actual.Except(expected))}"));
        }

        Assert.True(said > edits, $"Seed {seed}: there was little to say.");
        Assert.Equal(process, (await solution.FindDaemonAsync())?.ProcessId);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, {edits} edits, {said} diagnostics:\n{string.Join('\n', changing.Log)}"));
    }

    private static bool IsOf(string line, string project) => line.EndsWith($"[{project}]", StringComparison.Ordinal);

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
