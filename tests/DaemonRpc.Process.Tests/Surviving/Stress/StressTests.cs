using System.Globalization;

namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>Whatever clients do at once, and whoever is killed: one task at a time, at most once, and everybody is told what is true.</summary>
[Collection(Alone.Name)]
public sealed class StressTests : SandboxTests
{
    // What a daemon has before it serves, and not enough for a reader for each connection.
    private const int MostThreads = 36;

    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Clients_and_daemons_that_are_killed_at_random_leave_a_true_record()
    {
        int seed = Setting("DAEMONRPC_STRESS_SEED") ?? Random.Shared.Next(1_000_000);
        TimeSpan duration = Setting("DAEMONRPC_STRESS_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : s_usual;
        string run = $"Seed {seed} (DAEMONRPC_STRESS_SEED), {duration.TotalSeconds} s (DAEMONRPC_STRESS_SECONDS).";
        TestContext.Current.TestOutputHelper?.WriteLine(run);
        ThreadGroup? group = Sandbox.LimitThreads(MostThreads);
        bool isWhole = duration >= s_usual;
        var stress = new StressRun(Sandbox, seed, duration, () => !isWhole || StressProof.MissingIn(Sandbox.Folder).Count == 0, group);
        Exception? failure = await Record.ExceptionAsync(stress.RunAsync);

        var proof = new StressProof(Sandbox.Folder, stress);
        TestContext.Current.TestOutputHelper?.WriteLine($"{proof.Summary}\nForged values: {stress.Stranger}. Threads refused: {group?.Refused.ToString(CultureInfo.InvariantCulture) ?? "no limit could be set"}.");
        string[] wrong =
        [
            .. failure is null ? [] : new[] { $"{failure}" }.Concat(proof.Open(stress)),
            .. proof.Complaints,
            .. failure is null && isWhole ? StressProof.MissingIn(Sandbox.Folder).Select(word => $"Nobody was told '{word}'.") : [],
        ];
        Assert.True(wrong.Length == 0, wrong.Length == 0 ? null : $"{run}\n{proof.Summary}\nAll files are in {Keep(seed, stress.Logs.Folder)}\n{string.Join("\n", wrong)}");
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Saves what is deleted with the sandbox.</summary>
    private string Keep(int seed, string logs)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, $"stress-{seed}");
        _ = Directory.CreateDirectory(folder);
        IEnumerable<string> files = Directory.GetFiles(Sandbox.Folder).Concat(Directory.GetFiles(logs));
        if (Directory.Exists(Sandbox.RuntimeDirectory))
        {
            files = files.Concat(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.journal"));
        }

        foreach (string path in files)
        {
            File.Copy(path, Path.Combine(folder, Path.GetFileName(path)), overwrite: true);
        }

        return folder;
    }
}
