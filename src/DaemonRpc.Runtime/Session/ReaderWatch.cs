using DaemonRpc.Platform;

namespace DaemonRpc.Session;

/// <summary>Looks after the reader that works: when it takes long, another thread takes its seat. A thread that sleeps while there is no work.</summary>
/// <remarks>
/// A daemon runs one task at a time, so there is one reader to look after. (Another may just be coming back from its work when
/// the next one begins: it runs nobody's code any more.) That nobody has to be told when work begins or ends is the idea of the
/// monitor thread of Go's scheduler.
/// </remarks>
/// <param name="start">Has a thread read on.</param>
internal sealed class ReaderWatch(Action<Action> start)
{
    // Work that is seen by two looks in a row takes long.
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(1);

    // So many looks without any work, and it sleeps until there is some.
    private const int MostIdleLooks = 50;

    private readonly object _gate = new();
    private ReaderSeat? _working;
    private bool _sleeps = true;
    private bool _hasThread;
    private bool _closed;

    /// <summary>A reader begins to work. Returns its ticket.</summary>
    public long Begin(ReaderSeat seat)
    {
        Volatile.Write(ref _working, seat);

        // With a fence between that write and the next read: either this sees that the watch sleeps, or the watch sees this.
        long ticket = seat.Begin();
        if (Volatile.Read(ref _sleeps))
        {
            Wake();
        }

        return ticket;
    }

    /// <summary>Starts the thread. False when the system gives none.</summary>
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

    // Without one nobody is relieved, until the next piece of work finds that there is one.
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
