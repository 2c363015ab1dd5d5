using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>Carries statuses from the board to everybody who watches. One thread for all of them, started by the first.</summary>
internal sealed class StatusPump(StatusBoard board)
{
    // At most so often is a watcher sent something: 50 times a second.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly List<Watcher> _watchers = [];
    private readonly ManualResetEventSlim _closed = new();
    private bool _runs;

    /// <summary>Sends the current status at once, and the later ones in order.</summary>
    public void Add(ServerSession session, uint callId)
    {
        lock (_gate)
        {
            // Inside the gate: the pump must not send a later status before this one.
            DaemonStatus current = board.Begin(out long place);
            Send(session, callId, current);
            _watchers.Add(new Watcher(session, callId) { Sequence = current.Sequence, Place = place });
            if (!_runs)
            {
                _runs = true;
                new Thread(Run, 128 * 1024) { IsBackground = true, Name = "DaemonRpc status" }.Start();
            }
        }
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
        Deliver(isLast: true);
    }

    /// <summary>Sends one status, and with it the place in line of the reader's own process.</summary>
    public static void Send(ServerSession session, uint callId, DaemonStatus status)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        StatusMessage.Write(frame, status, session.Peer.ProcessId);
        session.Send(FrameKind.Status, callId, frame);
    }

    private void Run()
    {
        long sequence = 0;
        while (board.WaitForNewer(sequence))
        {
            sequence = Deliver(isLast: false);
            if (_closed.Wait(s_pace))
            {
                return;
            }
        }
    }

    /// <summary>Brings every watcher that can take it up to date, or, the last time, every one. Returns up to which status.</summary>
    private long Deliver(bool isLast)
    {
        lock (_gate)
        {
            long newest = board.Current.Sequence;
            foreach (Watcher watcher in _watchers)
            {
                // One that has not read the last ones gets these later, as far as the ring still has them.
                if (!isLast && !watcher.Session.HasNothingToSend)
                {
                    newest = Math.Min(newest, watcher.Sequence);
                    continue;
                }

                long place = watcher.Place;
                List<DaemonStatus> fresh = board.Since(watcher.Sequence, ref place);
                watcher.Place = place;
                foreach (DaemonStatus status in fresh)
                {
                    Send(watcher.Session, watcher.CallId, status);
                    watcher.Sequence = status.Sequence;
                }
            }

            return newest;
        }
    }

    private sealed record Watcher(ServerSession Session, uint CallId)
    {
        public long Sequence { get; set; }

        public long Place { get; set; }
    }
}
