using System.Diagnostics;
using System.Globalization;
using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>What a call is made of, apart from sockets and threads: measured by BenchmarkDotNet in a process of its own.</summary>
internal sealed class CallParts : Scenario
{
    private const string Project = "DaemonRpc.Benchmarks.Micro";

    public override string Name => "parts";

    public override IEnumerable<(string Project, PublishMode Mode)> Programs => [(Project, PublishMode.Jit)];

    protected override IReadOnlyList<Contender> Contenders => [];

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
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

    /// <param name="cells">Name, nanoseconds (median, least, most), bytes.</param>
    private Row Describe(string[] cells)
    {
        double[] figures = [.. cells[1..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
        return new Row
        {
            Scenario = Name,
            Case = cells[0],
            Contender = "DaemonRpc, JIT",
            Median = Quantity.Nanoseconds(figures[0]),
            Spread = $"{Quantity.Nanoseconds(figures[1])} to {Quantity.Nanoseconds(figures[2])}",
            Note = string.Create(CultureInfo.InvariantCulture, $"{figures[3]:N0} B"),
        };
    }
}
