using System.Text;

namespace DaemonRpc.Benchmarks.Report;

/// <summary>What one contender did in one scenario.</summary>
internal sealed record Row
{
    public required string Scenario { get; init; }

    public required string Contender { get; init; }

    public required string Median { get; init; }

    public required string Spread { get; init; }

    public required string Ratio { get; init; }

    public required string Note { get; init; }

    public string[] Cells => [Scenario, Contender, Median, Ratio, Spread, Note];
}

/// <summary>All that was measured, as a Markdown table that can also be read as it is.</summary>
internal sealed class Table
{
    private static readonly string[] s_heads = ["scenario", "program", "median", "to bare", "spread", "note"];

    private readonly List<Row> _rows = [];

    public void Add(Row row) => _rows.Add(row);

    public override string ToString()
    {
        List<string[]> lines = [s_heads, .. _rows.Select(row => row.Cells)];
        int[] widths = [.. s_heads.Select((_, column) => lines.Max(line => line[column].Length))];
        lines.Insert(1, [.. widths.Select(width => new string('-', width))]);
        var text = new StringBuilder();
        foreach (string[] line in lines)
        {
            _ = text.Append("| ").AppendJoin(" | ", line.Select((cell, column) => cell.PadRight(widths[column]))).Append(" |\n");
        }

        return text.ToString();
    }
}
