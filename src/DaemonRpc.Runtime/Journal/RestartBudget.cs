namespace DaemonRpc.Journal;

/// <summary>Limits how often daemons of one id may replace each other because of their builds, so that two clients cannot keep replacing each other's daemon.</summary>
/// <remarks>
/// Counts builds that return after they had made room. The counts come from the journal, so they hold across processes.
/// Builds that follow one another, as somebody edits and runs, do not count, however fast. Neither do forced ends,
/// stops, crashes and idle exits. Crashing starts have a budget of their own, <c>CrashBudget</c>.
/// </remarks>
internal sealed class RestartBudget(Func<IEnumerable<DaemonJournalEntry>> journal, TimeProvider time)
{
    /// <summary>The number of returns allowed within a minute.</summary>
    public const int PerMinute = 5;

    /// <summary>The number of returns allowed within an hour.</summary>
    public const int PerHour = 20;

    /// <summary>Returns whether another replacement is allowed now.</summary>
    public bool Allows()
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset[] returns = [.. Returns(now)];
        return returns.Count(at => now - at < TimeSpan.FromMinutes(1)) < PerMinute
            && returns.Count(at => now - at < TimeSpan.FromHours(1)) < PerHour;
    }

    /// <summary>Lists the times at which a build that had made room returned, in place of a build that made room for it.</summary>
    private IEnumerable<DateTimeOffset> Returns(DateTimeOffset now)
    {
        HashSet<DateTimeOffset> left = [];
        bool hasMadeRoom = false;
        foreach (DaemonJournalEntry entry in journal())
        {
            // An entry in the future was written before the clock was set back, and would count until the clock reaches its time.
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
