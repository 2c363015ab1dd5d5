using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>Gives memory back that a daemon with nothing to do does not need. Looked at twice a second, on a thread that is not the pool's.</summary>
/// <remarks>
/// A runtime keeps what it has got, for the next burst: 17 MB after 50,000 small calls, several times a large request. A daemon
/// may not see the next one for an hour. So, when it has been quiet for a while, everything is collected once, and what is free
/// goes back to the system. The larger the heap, the longer that takes, and a call that comes meanwhile waits for it: so it has to
/// have been quiet for a hundred times as long as it is going to take. Once nothing was asked of it for some seconds, it lets go of
/// the pages of its own program, too (<see cref="ProgramPages"/>).
/// </remarks>
/// <param name="slot">Where tasks run.</param>
/// <param name="board">What they publish.</param>
/// <param name="program">What the daemon runs; what is in its files is noted when nobody waits for that.</param>
internal sealed class IdleMemory(TaskSlot slot, StatusBoard board, RunningProgram program)
{
    // Less is not worth it.
    private const long LeastGarbage = 1024 * 1024;

    // What looking, and a status now and then, may allocate between two looks without being called work.
    private const long Quiet = 64 * 1024;

    private const double QuietTimes = 100;

    // Until it has been measured, how long a collection takes: about a second per gigabyte.
    private const double SecondsPerByte = 1e-9;

    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(2);

    // Who has called a moment ago calls again, and should find the code there.
    private static readonly TimeSpan s_pages = TimeSpan.FromSeconds(5);

    private readonly long _started = GC.GetTotalAllocatedBytes();
    private long _collected;
    private long _seen;
    private long _quietSince = TimeProvider.System.GetTimestamp();
    private long _sequence;
    private bool _hasPages = true;
    private TimeSpan? _took;

    /// <summary>Collects, if it is time to.</summary>
    /// <returns>Whether it did.</returns>
    public bool Look()
    {
        long allocated = GC.GetTotalAllocatedBytes() - _started;

        // Read once: a task that comes and goes meanwhile is seen by the next look.
        long sequence = board.Sequence;
        bool isQuiet = slot.RunningFor is null && sequence == _sequence && allocated - _seen < Quiet;
        _seen = allocated;
        _sequence = sequence;
        if (!isQuiet)
        {
            _quietSince = TimeProvider.System.GetTimestamp();
            _hasPages = true;
            return false;
        }

        TimeSpan quiet = TimeProvider.System.GetElapsedTime(_quietSince);
        if (allocated - _collected >= LeastGarbage && quiet >= Needed)
        {
            Collect();
            return true;
        }

        if (quiet >= s_least)
        {
            program.NoteContents();
        }

        if (_hasPages && quiet >= s_pages)
        {
            _hasPages = false;
            LetGoOfPages();
        }

        return false;
    }

    private static void LetGoOfPages()
    {
        try
        {
            _ = ProgramPages.LetGo();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A system that does not tell what is mapped, as where /proc is not there. Then they stay.
        }
    }

    private void Collect()
    {
        long start = TimeProvider.System.GetTimestamp();
        RecentAttachment.Shared.Forget();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _took = TimeProvider.System.GetElapsedTime(start);
        _collected = _seen = GC.GetTotalAllocatedBytes() - _started;
    }

    private TimeSpan Needed
    {
        get
        {
            TimeSpan takes = _took ?? TimeSpan.FromSeconds(GC.GetGCMemoryInfo().HeapSizeBytes * SecondsPerByte);
            return takes * QuietTimes is var needed && needed > s_least ? needed : s_least;
        }
    }
}
