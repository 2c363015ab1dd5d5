using System.Diagnostics;
using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>What a program measures by itself, in one process: it prints a line for each row, with tabs between its cells.</summary>
internal abstract class ReportedScenario : Scenario
{
    public sealed override IEnumerable<(string Project, PublishMode Mode)> Programs => [(Project, PublishMode.Jit)];

    protected sealed override IReadOnlyList<Contender> Contenders => [];

    protected abstract string Project { get; }

    protected abstract Row Describe(string[] cells);

    protected sealed override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        if (!run.Publications.Has(Project, PublishMode.Jit))
        {
            return;
        }

        var start = new ProcessStartInfo(run.Publications.Program(Project, PublishMode.Jit), run.Quick ? ["rows", "quick"] : ["rows"]) { RedirectStandardOutput = true };
        start.Environment.Clear();
        foreach ((string name, string value) in Site.CreateEnvironment(run.Workspace.NewFolder()))
        {
            start.Environment[name] = value;
        }

        using Process process = run.Workspace.Start(() => Process.Start(start)!);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            table.Add(Describe(line.Split('\t')));
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw run.Workspace.Failure($"{Project} ended with exit code {process.ExitCode}.");
        }
    }
}
