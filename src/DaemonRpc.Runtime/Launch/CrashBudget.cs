using DaemonRpc.Journal;
using DaemonRpc.Logging;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>Limits how often a program of one build may crash before its handler is created, so that clients do not start it over and over.</summary>
/// <remarks>
/// Clients that start daemons use it under the spawn lock. The crashes are kept in the journal, so the limit holds across processes. A
/// daemon whose handler was created never counts, however it ends. Neither does a crash of another build: this one may be the repair.
/// </remarks>
/// <param name="address">The daemon.</param>
/// <param name="buildTimestamp">The client's build.</param>
/// <param name="isProgram">Whether that build covers the daemon's whole program, so that a daemon with another build time is another program.</param>
/// <param name="programChange">Returns when the program's files last changed, if known. Called when the budget is spent.</param>
/// <param name="time">The wall clock.</param>
internal sealed class CrashBudget(DaemonAddress address, long buildTimestamp, bool isProgram, Func<DateTimeOffset?> programChange, TimeProvider time)
{
    /// <summary>The number of crashes within <see cref="Window"/> after which starting pauses.</summary>
    public const int MostCrashes = 3;

    private readonly JournalFile _journal = new(address.JournalPath);

    public static TimeSpan Window { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Records a crash if the last daemon served and died silently before its handler was created. Call it when no daemon answers.</summary>
    /// <param name="deadline">
    /// How long to wait for the daemon's lock. A dying process refuses connections before it releases its lock, on a
    /// busy machine long before. Waiting here costs nothing: the next start waits for the lock anyway.
    /// </param>
    /// <returns>False if its socket still takes connections: it serves, or it is dying and the kernel has not closed its socket yet.</returns>
    public bool NoteLast(Deadline deadline)
    {
        List<DaemonJournalEntry> entries = RecentEntries(time.GetUtcNow());
        if (entries.Count == 0 || !IsOwnStart(entries[^1]) || HandlerMark.IsSet(address.InstanceLockPath))
        {
            return true;
        }

        HolderState state = InstanceLock.Await(address.InstanceLockPath, address.SocketPath, deadline, out _);
        if (state == HolderState.Gone)
        {
            Note(new StartCrash(entries[^1].ProcessId, "ended without a word before its handler was made."));
        }

        return state != HolderState.Served;
    }

    /// <summary>Returns if another start is allowed now.</summary>
    /// <exception cref="DaemonStartException">No start is allowed. The message says how the last one ended, and when the next is allowed.</exception>
    public void Demand()
    {
        DateTimeOffset now = time.GetUtcNow();
        DaemonJournalEntry[] crashes = Crashes(now);
        if (crashes.Length < MostCrashes)
        {
            return;
        }

        // A repaired program counts as another one, even if its clients' build is unchanged.
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

    /// <summary>Records that a started process crashed.</summary>
    public void Note(StartCrash crash)
    {
        // A daemon that never served has not named its journal.
        _journal.Name(new JournalName(address.Id, address.Instance));
        _journal.Append(new DaemonJournalEntry
        {
            At = time.GetUtcNow(),
            Event = DaemonJournalEvent.StartFailed,
            ProcessId = crash.ProcessId,
            BuildTimestamp = BuildIdentity.TimeOf(buildTimestamp),
            ByProcessId = Environment.ProcessId,
            Reason = $"It {crash.How}",
        });
    }

    private bool IsOwnStart(DaemonJournalEntry entry) => JournalFile.IsStart(entry) && (entry.BuildTimestamp == BuildIdentity.TimeOf(buildTimestamp) || !isProgram);

    private DaemonJournalEntry[] Crashes(DateTimeOffset now)
    {
        List<DaemonJournalEntry> entries = RecentEntries(now);
        int works = entries.FindLastIndex(HasWorked);
        return [.. entries.Where((entry, index) => index > works && Counts(entry))];

        // A daemon's factory has worked: earlier crashes were not the program's fault, or have been repaired.
        bool HasWorked(DaemonJournalEntry entry) => IsOwnStart(entry)
            && !entries.Exists(end => end.Event is DaemonJournalEvent.StartFailed or DaemonJournalEvent.Failed && end.ProcessId == entry.ProcessId)
            && (entry != entries.FindLast(IsOwnStart) || HandlerMark.IsSet(address.InstanceLockPath));

        // An entry in the future was written before the clock was set back, and would block starts until that time. A
        // process that was stopped by force while it started did not crash, although its client must have recorded a crash.
        bool Counts(DaemonJournalEntry entry) =>
            entry.Event == DaemonJournalEvent.StartFailed && entry.BuildTimestamp == BuildIdentity.TimeOf(buildTimestamp) && entry.At <= now && now - entry.At < Window
            && !entries.Exists(end => end.ProcessId == entry.ProcessId && (end.Event == DaemonJournalEvent.Stopped || (end.Event == DaemonJournalEvent.Vanished && end.ByProcessId != 0)));
    }

    // Usually the journal's last change is older than the window; then the file is not read.
    private List<DaemonJournalEntry> RecentEntries(DateTimeOffset now)
    {
        try
        {
            return now - File.GetLastWriteTimeUtc(address.JournalPath) < Window ? _journal.Read() : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Something else has the journal's path. No crash is counted then; the daemon's log will report the problem.
            return [];
        }
    }
}

/// <summary>The end of a process that was started as a daemon and never created its handler.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="How">How it ended, for people: the text that follows "it".</param>
internal sealed record StartCrash(int ProcessId, string How);
