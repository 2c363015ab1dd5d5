using System.Globalization;

namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>Proves of what one process's watches were told that it came in order, and what is missing was counted.</summary>
internal sealed class WatchProof(string name, IReadOnlyList<RecordLine> lines, Complaints complaints)
{
    private readonly HashSet<string> _gone = [];
    private Status? _latest;
    private string? _incarnation;

    /// <summary>How many statuses were looked at.</summary>
    public int Statuses { get; private set; }

    public void Run()
    {
        foreach (RecordLine line in lines)
        {
            switch (line.What)
            {
                case "watch":
                    // Another one, which may begin where the last had ended.
                    _latest = null;
                    _incarnation = null;
                    _gone.Clear();
                    break;
                case "status":
                    Follow(new Status(line));
                    break;
                case "watched" when line.Words[0] is "to" or "enough" or "start" or "disconnected:False":
                    break;
                default:
                    complaints.Add($"The watch of {name} may not be told this.", line);
                    break;
            }
        }
    }

    /// <summary>Whether the last status is that of a daemon at rest.</summary>
    public void CheckLast(long sequence)
    {
        RecordLine? last = lines.LastOrDefault(line => line.What == "status");
        if (last is null || new Status(last) is not { State: nameof(DaemonState.Ready), Task: "-" } status || status.Sequence != sequence)
        {
            complaints.Add($"The last status of {name} is not the daemon's, which is {sequence}.", last);
        }
    }

    private void Follow(Status status)
    {
        Statuses++;
        if (_latest is { } before)
        {
            if (status.Sequence > before.Sequence)
            {
                // Of the same daemon, or of one that took over and told more than the one before it.
                long left = status.Sequence - before.Sequence - 1;
                bool same = _incarnation is not null && status.Incarnation == _incarnation;
                if (same && (status.Missed > left || status.Finished < before.Finished))
                {
                    complaints.Add($"The watch of {name} miscounts.", before.Line, status.Line);
                }
            }
            else if (_incarnation is not null)
            {
                _ = _gone.Add(_incarnation);
                _incarnation = null;
            }
        }

        if (status.Incarnation is { } incarnation)
        {
            if (_gone.Contains(incarnation))
            {
                complaints.Add($"The watch of {name} goes back.", _latest?.Line, status.Line);
            }

            if (_incarnation is not null && _incarnation != incarnation)
            {
                _ = _gone.Add(_incarnation);
            }

            _incarnation = incarnation;
        }

        _latest = status;
    }

    private sealed record Status(RecordLine Line)
    {
        public long Sequence { get; } = Number(Line, 0);

        public string State => Line.Words[1];

        public string Task => Line.Words[2];

        public long Finished { get; } = Number(Line, 3);

        public long Missed { get; } = Number(Line, 4);

        /// <summary>The daemon's, as far as it is known: only a task tells.</summary>
        public string? Incarnation => Task == "-" ? null : Task.Split('-')[0];

        private static long Number(RecordLine line, int word) => long.Parse(line.Words[word], CultureInfo.InvariantCulture);
    }
}
