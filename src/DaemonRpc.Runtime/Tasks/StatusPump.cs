using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>Carries statuses from the board to everybody who watches. One thread for all of them, started by the first.</summary>
/// <param name="board">What is watched.</param>
/// <param name="onStalled">Told of a watcher whose connection is ended, as it takes nothing of what was sent to it.</param>
/// <param name="pace">How long a round is; what it is by default, unless a test says otherwise.</param>
/// <param name="startThread">Starts a thread of that name; tests give none.</param>
internal sealed class StatusPump(StatusBoard board, Action<ServerSession>? onStalled = null, TimeSpan? pace = null, StartThread? startThread = null)
{
    /// <summary>How long a watcher may take nothing. (An editor that shows statuses may well pause for seconds, but not for that long.)</summary>
    public static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(10);

    // At most so often is a watcher sent something: 50 times a second.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(20);

    // Counted, not timed: while the daemon itself was stopped, nobody could take anything.
    private static readonly int s_mostIdleRounds = (int)(StallLimit / s_pace);

    private readonly StartThread _startThread = startThread ?? StartSmallThread;
    private readonly Lock _gate = new();
    private readonly List<Watcher> _watchers = [];
    private readonly ManualResetEventSlim _closed = new(initialState: false, spinCount: 0);
    private bool _runs;

    /// <summary>Sends the current status at once, and the later ones in order.</summary>
    /// <param name="session">Who watches.</param>
    /// <param name="callId">The watch.</param>
    /// <param name="after">For a watch that goes on: the last status that it was told.</param>
    public void Add(ServerSession session, uint callId, long after = 0)
    {
        lock (_gate)
        {
            // Inside the gate: the pump must not send a later status before these.
            var watcher = new Watcher(session, callId) { Sequence = after };
            if (after > 0)
            {
                watcher.Tell(board.Since(after));
            }
            else
            {
                watcher.Tell([board.Current]);
            }

            _watchers.Add(watcher);
            _ = HasThread();
        }
    }

    /// <summary>Where the system gives no thread for it, a round is made by whoever comes by now and then.</summary>
    public void Look()
    {
        lock (_gate)
        {
            if (_watchers.Count == 0 || _closed.IsSet || HasThread())
            {
                return;
            }
        }

        _ = Round();
    }

    /// <summary>Ends one watch of a session, and says so. False when there is none of that id.</summary>
    public bool Remove(ServerSession session, uint callId)
    {
        lock (_gate)
        {
            if (_watchers.RemoveAll(watcher => watcher.Session == session && watcher.CallId == callId) == 0)
            {
                return false;
            }
        }

        session.Send(FrameKind.Result, callId, FrameBuffer.Rent());
        return true;
    }

    /// <summary>Forgets all watches of a session.</summary>
    public void Remove(ServerSession session)
    {
        lock (_gate)
        {
            _ = _watchers.RemoveAll(watcher => watcher.Session == session);
        }
    }

    /// <summary>Sends what is still to be told, and ends.</summary>
    public void Close()
    {
        _closed.Set();
        board.Close();
        Deliver();
    }

    /// <summary>Brings every watcher up to date, or at least puts what is new in the queue for it.</summary>
    public void Deliver()
    {
        lock (_gate)
        {
            foreach (Watcher watcher in _watchers)
            {
                watcher.Tell(board.Since(watcher.Sequence));
            }
        }
    }

    /// <summary>Sends one status, with the queue position of the reader's own process.</summary>
    public static void Send(ServerSession session, uint callId, DaemonStatus status)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        StatusMessage.Write(frame, status, session.Peer.ProcessId);
        session.Send(FrameKind.Status, callId, frame);
    }

    private bool HasThread() => _runs = _runs || _startThread("DaemonRpc status", Run);

    private static bool StartSmallThread(string name, Action work) => OwnThread.TryStart(name, work, OwnThread.SmallStack);

    private void Run()
    {
        long? newest = 0;
        while (newest is not { } sequence || board.WaitForNewer(sequence))
        {
            newest = Round();
            if (_closed.Wait(pace ?? s_pace))
            {
                return;
            }
        }
    }

    /// <summary>Brings every watcher that has taken what it was sent up to date, and ends the connections of those that take nothing.</summary>
    /// <returns>Up to which status all are told everything; null when some have yet to take something, and are to be looked at again.</returns>
    internal long? Round()
    {
        List<Watcher> stalled = [];
        bool allTook = true;
        long newest;
        lock (_gate)
        {
            newest = board.Sequence;
            (long Sequence, List<DaemonStatus> Fresh) last = (newest, []);
            foreach (Watcher watcher in _watchers)
            {
                bool isIdle = watcher.HasTaken();
                if (isIdle)
                {
                    // Nearly all of them have been told the same.
                    last = watcher.Sequence == last.Sequence ? last : (watcher.Sequence, board.Since(watcher.Sequence));
                    watcher.Tell(last.Fresh);
                }

                // One that takes what it had just now is not up to date yet.
                allTook &= isIdle && watcher.Session.HasNothingToSend;
                if (watcher.IdleRounds >= s_mostIdleRounds)
                {
                    stalled.Add(watcher);
                }
            }

            _ = _watchers.RemoveAll(stalled.Contains);
        }

        foreach (Watcher watcher in stalled)
        {
            // Without a goodbye: there is no room for one.
            onStalled?.Invoke(watcher.Session);
            watcher.Session.Close();
        }

        return allTook ? newest : null;
    }

    private sealed class Watcher(ServerSession session, uint callId)
    {
        private long _taken;

        public ServerSession Session => session;

        public uint CallId => callId;

        /// <summary>The last status that it was told.</summary>
        public long Sequence { get; set; }

        /// <summary>For how many rounds it has taken nothing of what it was sent.</summary>
        public int IdleRounds { get; private set; }

        public void Tell(List<DaemonStatus> statuses)
        {
            foreach (DaemonStatus status in statuses)
            {
                Send(session, callId, status);
                Sequence = status.Sequence;
            }
        }

        /// <summary>Whether it has taken all that it was sent. Called once a round.</summary>
        public bool HasTaken()
        {
            long taken = session.Taken;
            bool all = session.HasNothingToSend;
            IdleRounds = all || taken != _taken ? 0 : IdleRounds + 1;
            _taken = taken;
            return all;
        }
    }
}
