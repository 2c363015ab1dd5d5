using System.Globalization;

namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>Whatever is deleted while clients call: one task at a time, by the tasks' own record, which lies elsewhere.</summary>
/// <remarks>The stress run kills processes, and deletes nothing: so none of its daemons ever lost a file.</remarks>
[Collection(Alone.Name)]
public sealed class DeletionStormTests : SandboxTests
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Tasks_do_not_overlap_though_files_and_folder_are_deleted_over_and_over()
    {
        int seed = Setting("DAEMONRPC_STRESS_SEED") ?? Random.Shared.Next(1_000_000);
        var storm = new DeletionStorm(Sandbox, seed, Setting("DAEMONRPC_STRESS_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : s_usual);

        await storm.RunAsync();

        // The weather is fine again, and so is the daemon.
        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        Assert.Equal(3, await (await Sandbox.ConnectAsync(options)).AddAsync(1, 2).InTime());
        var complaints = new Complaints();
        IReadOnlyList<RecordLine> record = RecordLine.Read(Sandbox["record"]);
        new TaskProof(record, complaints).Run();
        string run = $"Seed {seed} (DAEMONRPC_STRESS_SEED): {storm.Summary}; {record.Count(line => line.What == "start")} tasks of {record.Select(line => line.ProcessId).Distinct().Count()} daemons.";
        TestContext.Current.TestOutputHelper?.WriteLine(run);
        Assert.True(complaints.All.Count == 0, $"{run}\n{string.Join('\n', complaints.All)}");
        Assert.True(storm.Returned > 0, run);
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
