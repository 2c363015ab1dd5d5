using DaemonRpc.Platform;

namespace DaemonRpc.Session;

/// <summary>
/// Watches the reader that is doing work, and has another thread take its seat when the work takes long. Its thread sleeps while there is no work.
/// </summary>
/// <remarks>
/// A daemon runs one task at a time, so there is one reader to watch. (Another one may still be returning from its work when the next begins; it runs
/// no user code any more.) Like the monitor thread of Go's scheduler, the watch polls, so that readers need not report the begin and end of work.
/// </remarks>
/// <param name="start">Runs an action on a thread.</param>
internal sealed class ReaderWatch(Action<Action> start)
{
    // Work that two consecutive looks see takes long.
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(1);

    // After this many looks without work the thread sleeps until there is some.
    private const int MostIdleLooks = 50;

    private readonly object _gate = new();
    private ReaderSeat? _working;
    private bool _sleeps = true;
    private bool _hasThread;
    private bool _closed;

    /// <summary>Begins a piece of work on a reader. Returns its ticket.</summary>
    public long Begin(ReaderSeat seat)
    {
        Volatile.Write(ref _working, seat);

        // Begin contains a fence between that write and the next read: either this thread sees that the watch sleeps, or the watch sees the work.
        long ticket = seat.Begin();
        if (Volatile.Read(ref _sleeps))
        {
            Wake();
        }

        return ticket;
    }

    /// <summary>Starts the thread. Returns false when the system gives none.</summary>
    public bool TryPrepare()
    {
        lock (_gate)
        {
            return HasThread();
        }
    }

    /// <summary>Ends the thread.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool IsWorking => Volatile.Read(ref _working) is { } seat && ReaderSeat.IsWorking(seat.State);

    // Without a thread no reader is relieved, until a later piece of work can start one.
    private bool HasThread() => _hasThread = _hasThread || OwnThread.TryStart("DaemonRpc takeover", Run, OwnThread.SmallStack);

    private void Wake()
    {
        lock (_gate)
        {
            Volatile.Write(ref _sleeps, false);
            _ = _closed || HasThread();
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        (ReaderSeat? Seat, long State) last = default;
        int idle = 0;
        do
        {
            ReaderSeat? seat = Volatile.Read(ref _working);
            long state = seat?.State ?? 0;
            bool isSame = seat == last.Seat && state == last.State;
            if (isSame && ReaderSeat.IsWorking(state) && seat!.TryTake(state))
            {
                start(seat.ReadOn);
            }

            last = (seat, state);
            idle = isSame ? idle + 1 : 0;
        }
        while (idle < MostIdleLooks ? Rest() : Sleep());
    }

    private bool Rest()
    {
        lock (_gate)
        {
            _ = _closed || Monitor.Wait(_gate, s_lookEvery);
            return !_closed;
        }
    }

    private bool Sleep()
    {
        lock (_gate)
        {
            Volatile.Write(ref _sleeps, true);
            Interlocked.MemoryBarrier();
            while (_sleeps && !_closed && !IsWorking)
            {
                _ = Monitor.Wait(_gate);
            }

            Volatile.Write(ref _sleeps, false);
            return !_closed;
        }
    }
}
