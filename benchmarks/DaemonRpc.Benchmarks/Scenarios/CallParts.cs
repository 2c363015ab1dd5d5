using System.Globalization;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>What a call is made of, apart from sockets and threads: measured by BenchmarkDotNet in a process of its own.</summary>
internal sealed class CallParts : ReportedScenario
{
    public override string Name => "parts";

    protected override string Project => "DaemonRpc.Benchmarks.Micro";

    /// <param name="cells">Name, nanoseconds (median, least, most), bytes.</param>
    protected override Row Describe(string[] cells)
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
