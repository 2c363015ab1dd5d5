namespace DaemonRpc.Lifecycle;

/// <summary>How often one build of a program may crash before it serves: what keeps its clients from starting it over and over.</summary>
/// <remarks>
/// Asked and told under the spawn lock, by the clients that start daemons, and kept in the journal, so that it holds across
/// processes. A daemon that has answered never counts, however it ends. Nor does another build's crash: this one may be the repair.
/// </remarks>
internal sealed class StartBudget(DaemonAddress address, long buildTimestamp, TimeProvider time)
{
    /// <summary>At most so many within <see cref="Window"/>.</summary>
    public const int MostCrashes = 3;

    private readonly Journal _journal = new(address.JournalPath);

    public static TimeSpan Window { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Returns if one more start is allowed now.</summary>
    /// <exception cref="DaemonStartException">It is not. Says how the last one ended, and when the next is allowed.</exception>
    public void Demand()
    {
        DateTimeOffset now = time.GetUtcNow();
        DaemonJournalEntry[] crashes = RecentEntries(now).FindAll(Counts).ToArray();
        if (crashes.Length < MostCrashes)
        {
            return;
        }

        Array.Sort(crashes, static (one, other) => one.At.CompareTo(other.At));

        DateTimeOffset free = crashes[^MostCrashes].At + Window;
        DaemonJournalEntry last = crashes[^1];
        throw new DaemonStartException(
            $"The daemon {address} was not started, as its program has crashed {crashes.Length} times in the last {Window.TotalSeconds:0} s before it served. "
            + $"The last was process {last.ProcessId}: {last.Reason} The next start is tried from {free.UtcDateTime:HH:mm:ss} UTC on, in {(free - now).TotalSeconds:0.0} s; another build of the program at once. {DaemonLog.Evidence(address.LogPath)}")
        {
            LogPath = address.LogPath,
            LastLines = DaemonLog.Tail(address.LogPath),
        };

        // What lies in the future was written before the clock was set back: it would block until that time comes again.
        bool Counts(DaemonJournalEntry entry) =>
            entry.Event == DaemonJournalEvent.StartFailed && entry.BuildTimestamp == buildTimestamp && entry.At <= now && now - entry.At < Window;
    }

    /// <summary>Notes that a started process crashed.</summary>
    public void Note(StartCrash crash) => _journal.Append(new DaemonJournalEntry
    {
        At = time.GetUtcNow(),
        Event = DaemonJournalEvent.StartFailed,
        ProcessId = crash.ProcessId,
        BuildTimestamp = buildTimestamp,
        ByProcessId = Environment.ProcessId,
        Reason = $"It {crash.How}",
    });

    // Nearly always the last birth or death is older, and then every cold start is spared the reading.
    private List<DaemonJournalEntry> RecentEntries(DateTimeOffset now) =>
        now - File.GetLastWriteTimeUtc(address.JournalPath) < Window ? _journal.Read() : [];
}

/// <summary>How a process ended that was to be a daemon and never served.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="How">For people: what follows "it".</param>
internal sealed record StartCrash(int ProcessId, string How);
