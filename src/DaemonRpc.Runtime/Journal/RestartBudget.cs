namespace DaemonRpc.Journal;

/// <summary>How often daemons of one id may replace each other because of their builds: what ends a war between two clients.</summary>
/// <remarks>
/// Counted from the journal, so that it holds across processes. What counts is a build that comes back after it had made room: builds
/// that follow one another, as somebody edits and runs, are no war, however fast. Force, stops, crashes and idle exits do not count
/// either: they are nobody's quarrel. Starts that crash have a budget of their own, <c>StartBudget</c>.
/// </remarks>
internal sealed class RestartBudget(Func<IEnumerable<DaemonJournalEntry>> journal, TimeProvider time)
{
    /// <summary>At most so many within a minute.</summary>
    public const int PerMinute = 5;

    /// <summary>At most so many within an hour.</summary>
    public const int PerHour = 20;

    /// <summary>Whether one more replacement is allowed now.</summary>
    public bool Allows()
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset[] returns = [.. Returns(now)];
        return returns.Count(at => now - at < TimeSpan.FromMinutes(1)) < PerMinute
            && returns.Count(at => now - at < TimeSpan.FromHours(1)) < PerHour;
    }

    /// <summary>When builds that had made room came back, in the place of one that made room for them.</summary>
    private IEnumerable<DateTimeOffset> Returns(DateTimeOffset now)
    {
        HashSet<DateTimeOffset> left = [];
        bool hasMadeRoom = false;
        foreach (DaemonJournalEntry entry in journal())
        {
            // What lies in the future was written before the clock was set back, and would count until that time comes again.
            if (entry.At > now || entry.Event == DaemonJournalEvent.StartFailed)
            {
                continue;
            }

            if (hasMadeRoom && JournalFile.IsStart(entry) && left.Contains(entry.BuildTimestamp))
            {
                yield return entry.At;
            }

            hasMadeRoom = entry.Event == DaemonJournalEvent.MadeRoom;
            if (hasMadeRoom)
            {
                _ = left.Add(entry.BuildTimestamp);
            }
        }
    }
}
