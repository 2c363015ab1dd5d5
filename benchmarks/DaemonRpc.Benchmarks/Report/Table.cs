using System.Text;

namespace DaemonRpc.Benchmarks.Report;

/// <summary>What one contender did in one scenario.</summary>
internal sealed record Row
{
    public string Scenario { get; init; } = "";

    /// <summary>Which part of the scenario, if it has several.</summary>
    public string Case { get; init; } = "";

    public string Contender { get; init; } = "";

    public required string Median { get; init; }

    public string Spread { get; init; } = "";

    public string Ratio { get; init; } = "";

    public string Note { get; init; } = "";

    public string[] Cells => [Case, Contender, Median, Ratio, Spread, Note];
}

/// <summary>All that was measured: for each scenario a Markdown table that can also be read as it is.</summary>
internal sealed class Table
{
    private static readonly string[] s_heads = ["what", "program", "median", "to bare", "spread", "note"];

    private readonly List<Row> _rows = [];

    public void Add(Row row) => _rows.Add(row);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, Row> scenario in _rows.GroupBy(row => row.Scenario))
        {
            _ = text.Append($"**{scenario.Key}**\n\n");
            Append(text, [.. scenario.Select(row => row.Cells)]);
            _ = text.Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, List<string[]> lines)
    {
        int[] columns = [.. Enumerable.Range(0, s_heads.Length).Where(column => lines.Exists(line => line[column].Length > 0))];
        lines.Insert(0, s_heads);
        Dictionary<int, int> widths = columns.ToDictionary(column => column, column => lines.Max(line => line[column].Length));
        lines.Insert(1, [.. s_heads.Select((_, column) => new string('-', widths.GetValueOrDefault(column)))]);
        foreach (string[] line in lines)
        {
            _ = text.Append("| ").AppendJoin(" | ", columns.Select(column => line[column].PadRight(widths[column]))).Append(" |\n");
        }
    }
}
