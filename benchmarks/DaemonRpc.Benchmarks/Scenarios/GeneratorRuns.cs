using System.Globalization;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>What the source generator takes of a build: 200 contracts of 20 methods, measured in a process of its own.</summary>
internal sealed class GeneratorRuns : ReportedScenario
{
    public override string Name => "generator";

    protected override string Project => "DaemonRpc.Benchmarks.Generator";

    /// <param name="cells">Name, milliseconds (median, least, most), note.</param>
    protected override Row Describe(string[] cells)
    {
        double[] figures = [.. cells[1..4].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
        return new Row
        {
            Scenario = Name,
            Case = cells[0],
            Contender = "DaemonRpc, JIT",
            Median = Quantity.Milliseconds(figures[0]),
            Spread = $"{Quantity.Milliseconds(figures[1])} to {Quantity.Milliseconds(figures[2])}",
            Note = cells[4],
        };
    }
}
