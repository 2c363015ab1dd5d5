using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Session;

/// <summary>The threads that read a daemon's connections and also do the requests' work, as long as that ends quickly.</summary>
/// <remarks>
/// A thread whose work does not end within some milliseconds is left to it, and another one reads on in its place (<see cref="ReaderWatch"/>), so that
/// a cancellation and the client's end are still received. So a short call costs no switch to another thread, and a long one harms nobody. A daemon
/// starts some threads before it serves, and never gives connections the last of them for good (<see cref="TryStay"/>). So even where the system gives
/// no more threads, every client is admitted, heard and answered in turn, and nothing that ends a task or the daemon has to wait for a thread.
/// </remarks>
internal sealed class ReaderThreads
{
    // How many threads without work are kept: the first number for a moment, because a burst of connections would
    // otherwise leave as many stacks and heap regions behind, the second for good.
    private const int MostSpare = 32;
    private const int KeptSpare = 1;

    // How many of a daemon's threads belong to no connection: one for a cancelled token's callbacks, which may never
    // return, one to end a task or the daemon, and one to hear the next client.
    private const int Reserve = 3;

    // How many connections without a call may keep their threads for longer than a moment.
    private const int MostLingering = 8;

    private static readonly TimeSpan s_refusalPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_spareTime = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a silent connection that has not made a call keeps its thread.</summary>
    public static readonly TimeSpan LongSilence = TimeSpan.FromMilliseconds(100);

    /// <summary>How long such a connection keeps its thread when many do: enough for a new client to send its first request.</summary>
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

    /// <summary>Starts the threads that the daemon's guarantees need, before it admits the first client.</summary>
    /// <exception cref="DaemonException">The system does not give that many threads.</exception>
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

    /// <summary>Runs an action on a spare or new thread; where the system gives none, on the next thread that becomes free.</summary>
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

    /// <summary>Runs an action that may take any time but must start now: on a new thread, or, where the system gives none, on an existing one.</summary>
    /// <returns>True: a daemon always has a thread.</returns>
    public bool StartUrgent(string name, Action work)
    {
        // A new thread that is not counted among the readers, because it may never come back.
        if (!OwnThread.TryStart(name, work))
        {
            Start(work);
        }

        return true;
    }

    /// <summary>Tries again to start a thread for waiting actions. Called now and then, because nothing reports when the system gives threads again.</summary>
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

    /// <summary>Returns whether a connection that makes calls may keep its thread for good, so that its next call need not wait for one.</summary>
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

        // Start another thread to wait for work instead. After a refusal, do not ask the system again at every call.
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

    /// <summary>Records that a connection that kept its thread has ended.</summary>
    public void EndStaying()
    {
        lock (_gate)
        {
            _staying--;
        }
    }

    /// <summary>Records that a connection without a call begins to wait on a thread of its own. Returns how long it may.</summary>
    public TimeSpan BeginLingering() => Interlocked.Increment(ref _lingering) > MostLingering ? ShortSilence : LongSilence;

    /// <summary>Records that such a connection has made a call, given its thread back, or ended.</summary>
    public void EndLingering() => _ = Interlocked.Decrement(ref _lingering);

    /// <summary>Waits for silent channels, so that their threads are free.</summary>
    public ParkedChannels Parked => _parked;

    /// <summary>Runs an action that ends a connection and waits for nothing. One thread runs these for all connections, because many may end at once.</summary>
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

    /// <summary>Does a request's work on this thread.</summary>
    /// <param name="seat">The connection's seat.</param>
    /// <param name="work">The work.</param>
    /// <param name="arguments">The request's arguments.</param>
    /// <returns>False when the work took long, so that another thread reads now.</returns>
    public bool Work(ReaderSeat seat, IReaderWork work, ReadOnlyMemory<byte> arguments)
    {
        long ticket = _watch.Begin(seat);
        work.Run(arguments);
        return seat.TryLeave(ticket);
    }

    /// <summary>Ends the threads that wait for work. Running work continues.</summary>
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

    // With a full-size stack, because the thread also runs the handler.
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
            // Keep one more for the first connection that makes a call, which would otherwise have to start a replacement.
            int kept = Math.Max(KeptSpare, _reserve + (_staying == 0 ? 1 : 0));
            stays = Monitor.Wait(_gate, _spare > kept ? s_spareTime : Timeout.InfiniteTimeSpan) || _spare <= kept;
        }

        _spare--;
        return next;
    }
}
