using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>Sends statuses from the board to all watchers. One thread serves all of them; the first watcher starts it.</summary>
/// <param name="board">The statuses.</param>
/// <param name="onStalled">Called with a watcher's session before the session is closed, because the watcher reads nothing.</param>
/// <param name="pace">The duration of a round; replaced in tests.</param>
/// <param name="startThread">Starts a thread with a name; replaced in tests.</param>
/// <param name="stallTimeout">How long a watcher may read nothing, at the usual pace; replaced in tests.</param>
internal sealed class StatusPump(
    StatusBoard board, Action<ServerSession>? onStalled = null, TimeSpan? pace = null, StartThread? startThread = null, TimeSpan? stallTimeout = null)
{
    /// <summary>How long a watcher may read nothing. (An editor that shows statuses may pause for seconds, but not for that long.)</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(10);

    // A watcher is sent statuses at most 50 times a second.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(20);

    // Rounds are counted instead of time: while the daemon's process is stopped, no watcher can read anything.
    private readonly int _mostIdleRounds = (int)((stallTimeout ?? StallTimeout) / s_pace);

    private readonly StartThread _startThread = startThread ?? StartSmallThread;
    private readonly Lock _gate = new();
    private readonly List<Watcher> _watchers = [];
    private readonly ManualResetEventSlim _closed = new(initialState: false, spinCount: 0);
    private bool _runs;

    /// <summary>Adds a watcher: sends it the current status at once, and later statuses in order.</summary>
    /// <param name="session">The watcher's session.</param>
    /// <param name="callId">The watch's id in the session.</param>
    /// <param name="after">For a watch that continues: the sequence number of the last status that the watcher got; otherwise 0.</param>
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

    /// <summary>Does a round if the system gave no thread for the pump. Called now and then by other threads.</summary>
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

    /// <summary>Ends one watch of a session, and tells the client. Returns false if the session has no watch with this id.</summary>
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

    /// <summary>Removes all watches of a session.</summary>
    public void Remove(ServerSession session)
    {
        lock (_gate)
        {
            _ = _watchers.RemoveAll(watcher => watcher.Session == session);
        }
    }

    /// <summary>Sends the last statuses and ends the pump.</summary>
    public void Close()
    {
        _closed.Set();
        board.Close();
        Deliver();
    }

    /// <summary>Sends the new statuses to every watcher, or at least queues them.</summary>
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

    /// <summary>Sends the new statuses to every watcher that has read all earlier ones, and closes the sessions of watchers that read nothing.</summary>
    /// <returns>The sequence number of the newest status that all watchers got; null if some still have to read earlier ones, so that another round is needed.</returns>
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
                    // Nearly all watchers got the same statuses, so the list is usually reused.
                    last = watcher.Sequence == last.Sequence ? last : (watcher.Sequence, board.Since(watcher.Sequence));
                    watcher.Tell(last.Fresh);
                }

                // A watcher that is still reading what it just got is not up to date.
                allTook &= isIdle && watcher.Session.HasNothingToSend;
                if (watcher.IdleRounds >= _mostIdleRounds)
                {
                    stalled.Add(watcher);
                }
            }

            _ = _watchers.RemoveAll(stalled.Contains);
        }

        foreach (Watcher watcher in stalled)
        {
            // No goodbye is sent, because there is no room for one.
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

        /// <summary>The sequence number of the last status that the watcher got.</summary>
        public long Sequence { get; set; }

        /// <summary>The number of consecutive rounds in which the watcher read nothing.</summary>
        public int IdleRounds { get; private set; }

        public void Tell(List<DaemonStatus> statuses)
        {
            foreach (DaemonStatus status in statuses)
            {
                Send(session, callId, status);
                Sequence = status.Sequence;
            }
        }

        /// <summary>Returns whether the watcher has read everything. Called once a round.</summary>
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
