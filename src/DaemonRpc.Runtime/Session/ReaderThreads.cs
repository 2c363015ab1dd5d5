using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Session;

/// <summary>The threads that read a daemon's connections, and do what the requests lead to as far as that ends at once.</summary>
/// <remarks>
/// One that works and does not come back within some milliseconds is left to its work, and another reads on in its place
/// (<see cref="ReaderWatch"/>): a cancellation, and the client's end, are heard all the same. So a short call costs no hop to
/// another thread, and a long one harms nobody.
/// <para>
/// A daemon makes some of them before it serves, and never lets connections have the last of these for good (<see cref="TryStay"/>):
/// so where the system gives no more threads everybody is still let in, heard and answered, in turn, and nothing that must be
/// done for a task's end, or the daemon's, has to wait for a thread.
/// </para>
/// </remarks>
internal sealed class ReaderThreads
{
    // A thread whose work, or whose connection, has ended waits for the next one: so many of them for a moment, as connections that
    // come in a burst would otherwise leave as many threads' stacks and pieces of the heap behind, and so many for good.
    private const int MostSpare = 32;
    private const int KeptSpare = 1;

    // In a daemon so many do not belong to a connection: one for what a cancelled token calls, which may never return, one for what
    // ends a task or the daemon, and one to hear the next who comes.
    private const int Reserve = 3;

    // Of the connections that have not called so many may keep their threads for longer than a moment.
    private const int MostLingering = 8;

    private static readonly TimeSpan s_refusalPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_spareTime = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a connection that has not called, and may not at all, keeps its thread when nothing comes.</summary>
    public static readonly TimeSpan LongSilence = TimeSpan.FromMilliseconds(100);

    /// <summary>The same while many do: long enough for a client that was let in to say what it came for.</summary>
    public static readonly TimeSpan ShortSilence = TimeSpan.FromMilliseconds(1);

    private readonly object _gate = new();
    private readonly Queue<Action> _starting = [];
    private readonly Queue<Action> _ending = [];
    private readonly ParkedChannels _parked = new();
    private readonly ReaderWatch _watch;
    private int _threads;
    private int _staying;
    private int _reserve;
    private int _spare;
    private int _lingering;
    private long _refused;
    private bool _isEnding;
    private bool _closed;

    public ReaderThreads() => _watch = new ReaderWatch(Start);

    /// <summary>Makes the threads without which nothing can be promised, before the first client is let in.</summary>
    /// <exception cref="DaemonException">The system does not give so many.</exception>
    public void Prepare()
    {
        bool areThere = _parked.TryPrepare() && _watch.TryPrepare();
        for (int thread = 0; areThere && thread <= Reserve; thread++)
        {
            areThere = TryStart(null);
        }

        if (!areThere)
        {
            Close();
            throw ThreadLimit.Exception();
        }

        lock (_gate)
        {
            _reserve = Reserve;
        }
    }

    /// <summary>Has a thread do it: one that is there, or a new one, or, where the system gives none, the next one that is free.</summary>
    public void Start(Action reading)
    {
        lock (_gate)
        {
            if (_spare > _starting.Count)
            {
                Enqueue(reading);
                return;
            }
        }

        if (!TryStart(reading))
        {
            lock (_gate)
            {
                Enqueue(reading);
            }
        }
    }

    /// <summary>Has a thread do what may take any time, and must not wait: a new one, or, where the system gives none, one that is there.</summary>
    /// <returns>True: there is always one in a daemon.</returns>
    public bool StartUrgent(string name, Action work)
    {
        // A new one is not among those that read: it may never come back.
        if (!OwnThread.TryStart(name, work))
        {
            Start(work);
        }

        return true;
    }

    /// <summary>Tries once more to have threads for what waits for one. For whoever comes by now and then, as nothing tells when there are some.</summary>
    public void Look()
    {
        bool isShort;
        lock (_gate)
        {
            isShort = _starting.Count > _spare;
        }

        if (isShort)
        {
            _ = TryStart(null);
        }
    }

    /// <summary>Whether a connection that calls may keep its thread for good: the next call is not to wait for one.</summary>
    public bool TryStay()
    {
        lock (_gate)
        {
            if (_threads - _staying > _reserve)
            {
                _staying++;
                return true;
            }
        }

        // One that waits for work instead of this one. Where the system gives none, not every call asks for it again.
        if (Volatile.Read(ref _refused) is not 0 and var refused && TimeProvider.System.GetElapsedTime(refused) < s_refusalPause)
        {
            return false;
        }

        bool isThere = TryStart(null);
        Volatile.Write(ref _refused, isThere ? 0 : TimeProvider.System.GetTimestamp());
        if (!isThere)
        {
            return false;
        }

        lock (_gate)
        {
            _staying++;
            return true;
        }
    }

    /// <summary>A connection that kept its thread has ended.</summary>
    public void EndStaying()
    {
        lock (_gate)
        {
            _staying--;
        }
    }

    /// <summary>A connection that has not called begins to wait on a thread of its own. Returns for how long it may.</summary>
    public TimeSpan BeginLingering() => Interlocked.Increment(ref _lingering) > MostLingering ? ShortSilence : LongSilence;

    /// <summary>It has called, has given its thread back, or has ended.</summary>
    public void EndLingering() => _ = Interlocked.Decrement(ref _lingering);

    /// <summary>Waits in the stead of threads, which are free then.</summary>
    public ParkedChannels Parked => _parked;

    /// <summary>Has a thread do what ends a connection and waits for nothing. One thread does it for all: many may end at once.</summary>
    public void StartEnding(Action ending)
    {
        lock (_gate)
        {
            _ending.Enqueue(ending);
            if (_isEnding)
            {
                return;
            }

            _isEnding = true;
        }

        Start(EndAll);
    }

    /// <summary>Does what a request has led to.</summary>
    /// <param name="seat">The connection's.</param>
    /// <param name="work">What is to be done.</param>
    /// <param name="arguments">The request's.</param>
    /// <returns>False when it took long, so that another thread reads now.</returns>
    public bool Work(ReaderSeat seat, IReaderWork work, ReadOnlyMemory<byte> arguments)
    {
        long ticket = _watch.Begin(seat);
        work.Run(arguments);
        return seat.TryLeave(ticket);
    }

    /// <summary>Lets the threads end that wait for work. What is being done goes on.</summary>
    public void Close()
    {
        _watch.Close();
        _parked.Close();
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void EndAll()
    {
        while (true)
        {
            Action? ending;
            lock (_gate)
            {
                _isEnding = _ending.TryDequeue(out ending);
            }

            if (ending is null)
            {
                return;
            }

            ending();
        }
    }

    private void Enqueue(Action reading)
    {
        _starting.Enqueue(reading);
        Monitor.Pulse(_gate);
    }

    // With a whole stack: it runs the handler, too.
    private bool TryStart(Action? work)
    {
        lock (_gate)
        {
            _threads++;
        }

        if (OwnThread.TryStart("DaemonRpc daemon reader", () => Run(work ?? Next())))
        {
            return true;
        }

        lock (_gate)
        {
            _threads--;
        }

        return false;
    }

    private void Run(Action? reading)
    {
        while (reading is not null)
        {
            reading();
            reading = Next();
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            Action? next = null;
            if (_spare < MostSpare)
            {
                next = Await();
            }

            _threads -= next is null ? 1 : 0;
            return next;
        }
    }

    private Action? Await()
    {
        _spare++;
        Action? next;
        bool stays = true;
        while (!_starting.TryDequeue(out next) && stays && !_closed)
        {
            // One more for the first connection that calls: it is not to make a thread in the place of this one.
            int kept = Math.Max(KeptSpare, _reserve + (_staying == 0 ? 1 : 0));
            stays = Monitor.Wait(_gate, _spare > kept ? s_spareTime : Timeout.InfiniteTimeSpan) || _spare <= kept;
        }

        _spare--;
        return next;
    }
}
