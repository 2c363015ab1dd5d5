namespace DaemonRpc.Lifecycle;

/// <summary>How often daemons of one id may replace each other because of their builds: what ends a war between two clients.</summary>
/// <remarks>
/// Counted from the journal, so that it holds across processes. Force, stops, crashes and idle exits do not count: they
/// are nobody's quarrel. Starts that crash have a budget of their own, <see cref="StartBudget"/>.
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
        // What lies in the future was written before the clock was set back, and would count until that time comes again.
        DateTimeOffset[] replacements =
            [.. journal().Where(entry => entry.Event == DaemonJournalEvent.MadeRoom && entry.At <= now).Select(static entry => entry.At)];
        return replacements.Count(at => now - at < TimeSpan.FromMinutes(1)) < PerMinute
            && replacements.Count(at => now - at < TimeSpan.FromHours(1)) < PerHour;
    }
}
