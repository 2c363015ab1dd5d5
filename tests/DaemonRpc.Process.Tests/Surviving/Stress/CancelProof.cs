namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>Proves of a record that whoever cancelled a task, its owner and everybody who watched were told the same.</summary>
/// <param name="record">The record.</param>
/// <param name="statuses">The statuses of all watches.</param>
/// <param name="complaints">Where to complain.</param>
internal sealed class CancelProof(IReadOnlyList<RecordLine> record, IReadOnlyList<RecordLine> statuses, Complaints complaints)
{
    private static readonly Dictionary<string, string[]> s_owners = new()
    {
        [nameof(CancelOutcome.Stopped)] = ["canceled:Stopped", "timeout:True", "left", "own"],
        [nameof(CancelOutcome.Completed)] = ["result", "remote", "fault", "left", "own", "threadless"],
        [nameof(CancelOutcome.Forced)] = ["canceled:Forced", "timeout:True", "left", "own"],
    };

    private readonly IReadOnlyDictionary<string, CallStory> _calls = CallStory.Of(record);
    private readonly Dictionary<string, string> _names = Names(record, statuses);
    private readonly Kills _kills = new(record);

    /// <summary>How many outcomes were compared with what an owner was told.</summary>
    public int Compared { get; private set; }

    public void Run()
    {
        RecordLine[] all = [.. record.Where(line => line.What == "canceled")];
        foreach (RecordLine line in all)
        {
            if (line.Words[1] is not (nameof(CancelOutcome.NothingRunning) or "disconnected:True" or "disconnected:False" or "start") && !s_owners.ContainsKey(line.Words[1]))
            {
                complaints.Add("Who cancels may not be told this.", line);
            }
        }

        ILookup<string, RecordLine> cancelled = all.Where(line => line.Subject != "any").ToLookup(line => line.Subject);
        ILookup<string, RecordLine> watched = statuses.Where(line => line.Words[5] != "-").ToLookup(line => line.Words[5]);
        foreach (string task in cancelled.Concat(watched).Select(group => group.Key).Distinct())
        {
            // One line for each thing that was told, as most are told many times.
            (string Outcome, RecordLine Line)[] outcomes = [.. cancelled[task].Where(line => s_owners.ContainsKey(line.Words[1])).Select(line => (line.Words[1], line))
                .Concat(watched[task].Select(line => (line.Words[6], line))).DistinctBy(told => told.Item1)];
            if (outcomes.Length > 1)
            {
                complaints.Add($"Of the cancellation of {task} different things were told.", outcomes.Select(told => told.Line));
            }

            if (_names.TryGetValue(task, out string? name) && _calls.TryGetValue(name, out CallStory? call))
            {
                CheckWhen(call, cancelled[task]);
                CheckOwner(call, outcomes);
            }
        }
    }

    /// <summary>Which call a task is: the handler's status, which is its name.</summary>
    private static Dictionary<string, string> Names(IEnumerable<RecordLine> record, IEnumerable<RecordLine> statuses) => statuses
        .Where(line => line.Words[1] == nameof(DaemonState.Busy)).Select(line => (Task: line.Words[2], Name: line.Words[7]))
        .Concat(record.Where(line => line.What == "cancel").Select(line => (Task: line.Subject, Name: line.Words[1])))
        .Where(pair => pair.Name != "-").GroupBy(pair => pair.Task).ToDictionary(group => group.Key, group => group.First().Name);

    /// <summary>What is acknowledged is true when it is told: nothing of the task runs any more.</summary>
    private void CheckWhen(CallStory call, IEnumerable<RecordLine> told)
    {
        foreach (RecordLine line in told)
        {
            bool isLost = line.Words[1].StartsWith("disconnected:", StringComparison.Ordinal);
            if (isLost && call.Starts is [var start, ..] && line.Words[1] == "disconnected:True" && _kills.Of(start.ProcessId, line) is null)
            {
                complaints.Add($"Who cancelled {call.Name} lost its daemon, which nobody had killed.", [.. call.Lines, line]);
            }

            if (!isLost && call.End is { } end && end.Place > line.Place)
            {
                complaints.Add($"The task of {call.Name} went on after who cancelled it was told.", [.. call.Lines, line]);
            }
        }
    }

    private void CheckOwner(CallStory call, (string Outcome, RecordLine Line)[] outcomes)
    {
        if (outcomes is not [var outcome, ..] || call.Told is not { } told)
        {
            return;
        }

        Compared++;
        // An answer that was on its way when the daemon was killed may have reached one of the two only.
        bool isLost = call.Word == "disconnected:True" && call.Starts is [var start, ..] && _kills.Of(start.ProcessId, told) is not null;
        bool isHandingOver = call is { PassesBytes: true, Word: "canceled:Completed" or "timeout:True" } && outcome.Outcome == nameof(CancelOutcome.Completed);
        if (!isLost && !isHandingOver && !(s_owners.TryGetValue(outcome.Outcome, out string[]? owners) && owners.Contains(call.Word!)))
        {
            complaints.Add($"The owner of {call.Name} and who cancelled it were told different things.", [.. call.Lines, outcome.Line]);
        }
    }
}
