namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>A generated program that is run in several orders, and what it complained of.</summary>
internal sealed class ShapeRun(PublishedProgram program)
{
    // Whoever repairs something wants to know of more than the first crash; each takes a run of its own.
    private const int MostCrashes = 10;

    private readonly SortedSet<string> _skipped = new(StringComparer.Ordinal);
    private readonly List<string> _crashes = [];
    private readonly List<(string Call, string Error)> _failures = [];

    /// <summary>What went wrong: each crash of the client, and each call that failed with how it failed first.</summary>
    public IReadOnlyList<string> Complaints =>
    [
        .. _crashes,
        .. _failures.GroupBy(failure => failure.Call).Select(calls => $"{calls.Count()} times: {calls.Key}\n    {calls.First().Error}"),
    ];

    /// <summary>Runs the program with fresh processes, once per order of its calls.</summary>
    public void Run(int orders)
    {
        for (int order = 0; order < orders; order++)
        {
            while (!RanToItsEnd(order, Collections(order)) && _crashes.Count < MostCrashes)
            {
            }
        }
    }

    // To wait for a daemon's own collection takes seconds, so that not every order does.
    private static string[] Collections(int order) => order switch
    {
        0 => ["blocking", "background", "idle"],
        1 => ["idle", "background"],
        _ => order % 2 == 0 ? ["background"] : [],
    };

    private bool RanToItsEnd(int order, string[] collections)
    {
        string skipped = program.Solution.Folder["skipped.txt"];
        File.WriteAllLines(skipped, _skipped);
        CommandRun run = program.Run([program.Solution.Folder.Path, $"{order}", skipped, .. collections]);
        string[] lines = run.Output.Split('\n');
        string last = "before the first call";
        foreach (string line in lines)
        {
            if (line.StartsWith("call ", StringComparison.Ordinal))
            {
                last = line["call ".Length..];
            }
            else if (line.StartsWith("failed ", StringComparison.Ordinal))
            {
                _failures.Add((last.Split(' ', 2)[^1], $"round {last.Split(' ')[0]} of order {order}: {line["failed ".Length..]}"));
            }
        }

        if (lines.Contains("done"))
        {
            return true;
        }

        _crashes.Add($"The client ended with exit code {run.ExitCode} in order {order}, round {last}\n    {string.Join(' ', lines.SkipWhile(line => !line.EndsWith(last, StringComparison.Ordinal)).Skip(1))}");
        return !_skipped.Add(last.Split(' ', 2)[^1]);
    }
}
