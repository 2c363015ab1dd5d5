using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>Returns memory to the system that an idle daemon does not need. Looks twice a second, on a thread outside the pool.</summary>
/// <remarks>
/// .NET keeps memory for the next burst: 17 MB after 50,000 small calls, or several times a large request, although that burst
/// may be an hour away. So after a quiet time this collects everything once and returns the free memory. The larger the heap, the
/// longer that takes, and a call that arrives meanwhile waits; so the daemon must have been quiet for a hundred times as long as
/// the collection will take. After some quiet seconds it also releases the pages of its own program (<see cref="ProgramPages"/>).
/// </remarks>
/// <param name="slot">Tells whether a task runs.</param>
/// <param name="board">Tells whether tasks ran meanwhile.</param>
/// <param name="program">The daemon's program, whose files are hashed while nobody waits.</param>
internal sealed class IdleMemory(TaskSlot slot, StatusBoard board, RunningProgram program)
{
    // Collecting less than this is not worthwhile.
    private const long LeastGarbage = 1024 * 1024;

    // How much the looks themselves and occasional status queries may allocate between two looks without counting as work.
    private const long Quiet = 64 * 1024;

    private const double QuietTimes = 100;

    // The estimated duration of a collection until one has been measured: about a second per gigabyte.
    private const double SecondsPerByte = 1e-9;

    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(2);

    // A client that has just called will likely call again and should find the code in memory.
    private static readonly TimeSpan s_pages = TimeSpan.FromSeconds(5);

    private readonly long _started = GC.GetTotalAllocatedBytes();
    private long _collected;
    private long _seen;
    private long _quietSince = TimeProvider.System.GetTimestamp();
    private long _sequence;
    private bool _hasPages = true;
    private TimeSpan? _took;

    /// <summary>Collects, if the daemon has been quiet for long enough.</summary>
    /// <returns>Whether it collected.</returns>
    public bool Look()
    {
        long allocated = GC.GetTotalAllocatedBytes() - _started;

        // Read once: a task that runs meanwhile is noticed at the next look.
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
            // The system does not report mappings, for example without /proc. The pages then stay.
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
