using DaemonRpc.Transport;

namespace DaemonRpc.Session;

/// <summary>The threads that read a daemon's connections, and do what the requests lead to as far as that ends at once.</summary>
/// <remarks>
/// One that works and does not come back within some milliseconds is left to its work, and another reads on in its place
/// (<see cref="ReaderWatch"/>): a cancellation, and the client's end, are heard all the same. So a short call costs no hop to
/// another thread, and a long one harms nobody.
/// </remarks>
internal sealed class ReaderThreads
{
    // A thread whose work, or whose connection, has ended waits for the next one: so many of them for a moment, as connections that
    // come in a burst would otherwise leave as many threads' stacks and pieces of the heap behind, and so many for good.
    private const int MostSpare = 32;
    private const int KeptSpare = 1;

    // Of the connections that have not called so many may keep their threads for longer than a moment.
    private const int MostLingering = 8;

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
    private int _spare;
    private int _lingering;
    private bool _isEnding;
    private bool _closed;

    public ReaderThreads() => _watch = new ReaderWatch(Start);

    /// <summary>Has a thread do it: one that is there, or a new one.</summary>
    public void Start(Action reading)
    {
        lock (_gate)
        {
            if (_spare > _starting.Count)
            {
                _starting.Enqueue(reading);
                Monitor.Pulse(_gate);
                return;
            }
        }

        // With a whole stack: it runs the handler, too.
        new Thread(() => Run(reading)) { IsBackground = true, Name = "DaemonRpc daemon reader" }.Start();
    }

    /// <summary>A connection that has not called begins to wait on a thread of its own. Returns for how long it may.</summary>
    public TimeSpan BeginLingering() => Interlocked.Increment(ref _lingering) > MostLingering ? ShortSilence : LongSilence;

    /// <summary>It has called, has given its thread back, or has ended.</summary>
    public void EndLingering() => _ = Interlocked.Decrement(ref _lingering);

    /// <summary>Waits for bytes in the stead of a thread, which is free then. False when the thread has to wait itself.</summary>
    public bool TryPark(IParked parked) => _parked.TryPark(parked);

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
            if (_spare >= MostSpare)
            {
                return null;
            }

            _spare++;
            Action? next;
            bool stays = true;
            while (!_starting.TryDequeue(out next) && stays && !_closed)
            {
                stays = Monitor.Wait(_gate, _spare > KeptSpare ? s_spareTime : Timeout.InfiniteTimeSpan) || _spare <= KeptSpare;
            }

            _spare--;
            return next;
        }
    }
}
