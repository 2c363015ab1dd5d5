using System.Globalization;

namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>Proves of a record that no call ran twice, and that every client was told what is true.</summary>
internal sealed class CallProof(IReadOnlyList<RecordLine> record, Complaints complaints)
{
    /// <summary>What a client may be told, how often its call may then have run, and how its task must have ended if it wrote so.</summary>
    private static readonly Dictionary<string, (int Least, int Most, string[] Ends)> s_meanings = new()
    {
        ["result"] = (1, 1, ["returned"]),
        ["remote"] = (1, 1, ["threw"]),
        ["fault"] = (1, 1, ["threw"]),
        ["left"] = (1, 1, ["left", "returned"]),
        // One of the caller's objects threw: before the task began, in the middle, or when the last bytes were handed over.
        ["own"] = (0, 1, ["stopped", "left", "returned", "threw"]),
        ["canceled:Stopped"] = (1, 1, ["stopped", "left"]),
        // Before the last bytes were handed over.
        ["canceled:Completed"] = (1, 1, ["returned"]),
        // Force may come before the handler's first line, or after its last.
        ["canceled:Forced"] = (0, 1, ["stopped", "left", "returned", "threw"]),
        ["timeout:True"] = (0, 1, ["stopped", "left", "returned", "threw"]),
        ["disconnected:True"] = (0, 1, ["stopped", "left", "returned", "threw"]),
        ["canceled:NeverStarted"] = (0, 0, []),
        ["timeout:False"] = (0, 0, []),
        ["disconnected:False"] = (0, 0, []),
        // No thread for .NET's sockets: its streams could not be opened, so that the method was not called.
        ["threadless"] = (0, 0, []),
        ["busy"] = (0, 0, []),
        ["start"] = (0, 0, []),
    };

    public void Run()
    {
        var kills = new Kills(record);
        foreach (CallStory call in CallStory.Of(record).Values)
        {
            if (call.Starts.Count > 1)
            {
                complaints.Add($"The call {call.Name} ran {call.Starts.Count} times.", call.Lines);
            }

            if (call.Told is { } told)
            {
                Check(call, told, kills);
            }
        }

        foreach (RecordLine line in record.Where(line => line.What == "connect" && line.Words[1] is not ("start" or "disconnected:False")))
        {
            complaints.Add("A client may not be told this when it connects.", line);
        }

        foreach (RecordLine line in record.Where(line => line.What == "wrong"))
        {
            complaints.Add($"What the caller of {line.Subject} passed or got was not what it should be.", line);
        }
    }

    private void Check(CallStory call, RecordLine told, Kills kills)
    {
        if (!s_meanings.TryGetValue(call.Word!, out (int Least, int Most, string[] Ends) meaning) || (call.Word is "canceled:Completed" or "threadless" && !call.PassesBytes))
        {
            complaints.Add($"The client of {call.Name} may not be told this.", call.Lines);
            return;
        }

        if (call.Starts.Count < meaning.Least || call.Starts.Count > meaning.Most)
        {
            complaints.Add($"The call {call.Name} ran {call.Starts.Count} times, but its client was told otherwise.", call.Lines);
        }

        if (call.End is { } end && !meaning.Ends.Contains(end.Words[2]))
        {
            complaints.Add($"The task of {call.Name} ended in another way than its client was told.", call.Lines);
        }

        // Who left a stream may have left with it whatever the daemon made of it.
        if (call.End is null && meaning.Least > 0 && call.Word != "left")
        {
            complaints.Add($"The client of {call.Name} was told how it ended, but it did not.", call.Lines);
        }

        if (call.Lines.Any(line => line.Place > told.Place))
        {
            complaints.Add($"Something of {call.Name} ran after its client was told.", call.Lines);
        }

        if (call.Word == "disconnected:True" && call.Starts is [var start, ..] && kills.Of(start.ProcessId, told) is null)
        {
            complaints.Add($"The client of {call.Name} lost its daemon, which nobody had killed.", call.Lines);
        }
    }
}

/// <summary>The daemons that the test killed.</summary>
internal sealed class Kills(IReadOnlyList<RecordLine> record)
{
    private readonly RecordLine[] _all = [.. record.Where(line => line.What == "kill" && line.Subject == "daemon")];

    /// <summary>The order to kill a daemon's process that was given before something.</summary>
    public RecordLine? Of(int processId, RecordLine before) =>
        _all.FirstOrDefault(kill => kill.Place < before.Place && kill.Words[1] == processId.ToString(CultureInfo.InvariantCulture));
}
