using System.Globalization;

namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>All that the files of a run prove.</summary>
internal sealed class StressProof
{
    // The kinds of calls that pass more than values, by what they are. Of each, one must have gone well.
    private static readonly (string Name, string[] Kinds)[] s_shapes = [("what the handler asks for", ["sum", "report", "ask"]), ("files and streams of bytes", ["copy", "pieces", "pipe"])];

    private readonly IReadOnlyList<RecordLine> _record;
    private readonly int _compared;
    private readonly int _statuses;
    private readonly Complaints _complaints = new();

    public StressProof(string folder, StressRun run)
    {
        _record = RecordLine.Read(Path.Combine(folder, "record"));
        Dictionary<string, IReadOnlyList<RecordLine>> watches = run.Names.ToDictionary(name => name, name => RecordLine.Read(Path.Combine(folder, $"watch-{name}")));

        new TaskProof(_record, _complaints).Run();
        new CallProof(_record, _complaints).Run();
        RecordLine[] statuses = [.. watches.Values.SelectMany(lines => lines).Where(line => line.What == "status")];
        var cancel = new CancelProof(_record, statuses, _complaints);
        cancel.Run();
        _compared = cancel.Compared;
        foreach ((string name, IReadOnlyList<RecordLine> lines) in watches)
        {
            var watch = new WatchProof(name, lines, _complaints);
            watch.Run();
            _statuses += watch.Statuses;
            if (run.Survivors.Contains(name))
            {
                watch.CheckLast(run.LastStatus);
            }
        }
    }

    public IReadOnlyList<string> Complaints => _complaints.All;

    /// <summary>What was never met so far and should have been: a run without it proves nothing.</summary>
    public static IReadOnlyList<string> MissingIn(string folder)
    {
        IReadOnlyCollection<CallStory> calls = [.. CallStory.Of(RecordLine.Read(Path.Combine(folder, "record"))).Values];
        return
        [
            .. new[] { "result", "busy", "canceled:Stopped", "disconnected:True", "fault", "own" }.Where(word => calls.All(call => call.Word != word)),
            .. s_shapes.Where(shape => !calls.Any(call => call.Word == "result" && shape.Kinds.Contains(call.Kind))).Select(static shape => $"result of a call with {shape.Name}"),
        ];
    }

    /// <summary>How much there was of what.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count("kill", 0, "daemon")} daemons and {Count("kill", 0, "client")} clients killed, {_record.Count(line => line.What == "start")} tasks, {_compared} cancellations compared, {_statuses} statuses; told: ")
        + string.Join(", ", _record.Where(line => line.What is "told" or "canceled").GroupBy(line => $"{line.What} {line.Words[1]}").OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Count()}"))
        + "; of each kind, and how many went well: " + string.Join(", ", CallStory.Of(_record).Values.Where(call => call.Kind is not null).GroupBy(call => call.Kind).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Count()} {group.Count(call => call.Word is "result" or "fault")}"));

    /// <summary>The calls that clients who were there to the end still wait for: for a run that did not come to its own.</summary>
    public IReadOnlyList<string> Open(StressRun run) => [.. CallStory.Of(_record).Values
        .Where(call => call.Told is null && run.Survivors.Contains(call.Name.Split('.')[0]))
        .Select(call => string.Join('\n', call.Lines.Select(line => $"{line}").Prepend($"The client of {call.Name} was not told how it ended.")))];

    private int Count(string what, int word, string wanted) => _record.Count(line => line.What == what && line.Words[word] == wanted);
}
