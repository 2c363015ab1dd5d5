using DaemonRpc.Journal;
using DaemonRpc.Logging;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>How often one build of a program may crash before it has a handler: what keeps its clients from starting it over and over.</summary>
/// <remarks>
/// Asked and told under the spawn lock, by the clients that start daemons, and kept in the journal, so that it holds across
/// processes. A daemon whose handler was made never counts, however it ends. Nor does another build's crash: this one may be the repair.
/// </remarks>
/// <param name="address">The daemon.</param>
/// <param name="buildTimestamp">The client's build.</param>
/// <param name="isProgram">Whether that build is the daemon's whole program, so that another daemon's time is another program's.</param>
/// <param name="programChange">When the program's files last changed, if that is known. Asked when the budget is spent.</param>
/// <param name="time">The wall clock.</param>
internal sealed class StartBudget(DaemonAddress address, long buildTimestamp, bool isProgram, Func<DateTimeOffset?> programChange, TimeProvider time)
{
    /// <summary>At most so many within <see cref="Window"/>.</summary>
    public const int MostCrashes = 3;

    private readonly JournalFile _journal = new(address.JournalPath);

    public static TimeSpan Window { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Notes it if the last daemon served, and died without a word before its handler was made. For when nobody answers.</summary>
    /// <param name="deadline">
    /// A dying process refuses connections before it lets go of its lock, on a busy machine long before. Waiting for that costs nothing:
    /// what is started next waits for it anyway.
    /// </param>
    public void NoteLast(Deadline deadline)
    {
        List<DaemonJournalEntry> entries = RecentEntries(time.GetUtcNow());
        if (entries.Count > 0
            && entries[^1] is var last
            && IsOwnStart(last)
            && !HandlerMark.IsSet(address.InstanceLockPath)
            && InstanceLock.Await(address.InstanceLockPath, address.SocketPath, deadline, out _) == HolderState.Gone)
        {
            Note(new StartCrash(last.ProcessId, "ended without a word before its handler was made."));
        }
    }

    /// <summary>Returns if one more start is allowed now.</summary>
    /// <exception cref="DaemonStartException">It is not. Says how the last one ended, and when the next is allowed.</exception>
    public void Demand()
    {
        DateTimeOffset now = time.GetUtcNow();
        DaemonJournalEntry[] crashes = Crashes(now);
        if (crashes.Length < MostCrashes)
        {
            return;
        }

        // A program that was repaired is another one, though its clients are of the build that they were.
        DateTimeOffset changed = programChange() is { } change && change <= now ? change : DateTimeOffset.MinValue;
        crashes = [.. crashes.Where(crash => crash.At >= changed)];
        if (crashes.Length < MostCrashes)
        {
            return;
        }

        Array.Sort(crashes, static (one, other) => one.At.CompareTo(other.At));

        DateTimeOffset free = crashes[^MostCrashes].At + Window;
        DaemonJournalEntry last = crashes[^1];
        throw new DaemonStartException(
            $"The daemon {address} was not started, as its program has crashed {crashes.Length} times in the last {Window.TotalSeconds:0} s before it could run a call. "
            + $"The last was process {last.ProcessId}: {last.Reason} The next start is tried from {free.UtcDateTime:HH:mm:ss} UTC on, in {(free - now).TotalSeconds:0.0} s; a program whose files have changed, or another build of it, at once. {DaemonLog.Evidence(address.LogPath)}")
        {
            LogPath = address.LogPath,
            LastLines = DaemonLog.Tail(address.LogPath),
        };
    }

    /// <summary>Notes that a started process crashed.</summary>
    public void Note(StartCrash crash) => _journal.Append(new DaemonJournalEntry
    {
        At = time.GetUtcNow(),
        Event = DaemonJournalEvent.StartFailed,
        ProcessId = crash.ProcessId,
        BuildTimestamp = BuildIdentity.TimeOf(buildTimestamp),
        ByProcessId = Environment.ProcessId,
        Reason = $"It {crash.How}",
    });

    private bool IsOwnStart(DaemonJournalEntry entry) => JournalFile.IsStart(entry) && (entry.BuildTimestamp == BuildIdentity.TimeOf(buildTimestamp) || !isProgram);

    private DaemonJournalEntry[] Crashes(DateTimeOffset now)
    {
        List<DaemonJournalEntry> entries = RecentEntries(now);
        int works = entries.FindLastIndex(HasWorked);
        return [.. entries.Where((entry, index) => index > works && Counts(entry))];

        // Its factory has worked: what ended those before it was no fault of the program, or has been mended.
        bool HasWorked(DaemonJournalEntry entry) => IsOwnStart(entry)
            && !entries.Exists(end => end.Event is DaemonJournalEvent.StartFailed or DaemonJournalEvent.Failed && end.ProcessId == entry.ProcessId)
            && (entry != entries.FindLast(IsOwnStart) || HandlerMark.IsSet(address.InstanceLockPath));

        // What lies in the future was written before the clock was set back: it would block until that time comes again.
        // Who was stopped by force while it started did not crash, though the client that started it must think so.
        bool Counts(DaemonJournalEntry entry) =>
            entry.Event == DaemonJournalEvent.StartFailed && entry.BuildTimestamp == BuildIdentity.TimeOf(buildTimestamp) && entry.At <= now && now - entry.At < Window
            && !entries.Exists(end => end.ProcessId == entry.ProcessId && (end.Event == DaemonJournalEvent.Stopped || (end.Event == DaemonJournalEvent.Vanished && end.ByProcessId != 0)));
    }

    // Nearly always the last start or end is older, and then every cold start is spared the reading.
    private List<DaemonJournalEntry> RecentEntries(DateTimeOffset now)
    {
        try
        {
            return now - File.GetLastWriteTimeUtc(address.JournalPath) < Window ? _journal.Read() : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Something else is in its place. Nothing is counted then, and the daemon's log will say so.
            return [];
        }
    }
}

/// <summary>How a process ended that was to be a daemon and never had a handler.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="How">For people: what follows "it".</param>
internal sealed record StartCrash(int ProcessId, string How);
