using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Server;

/// <summary>The sessions of all clients connected to this daemon.</summary>
internal sealed class SessionTable
{
    private readonly Lock _gate = new();
    private readonly HashSet<ServerSession> _sessions = [];
    private Goodbye? _goodbye;
    private bool _closed;

    /// <summary>How long a client may take nothing of its answers before a daemon that ends gives it up.</summary>
    /// <remarks>Long enough for a client that is starved, or suspended for a moment; less than the time that a successor's client waits for the daemon's end.</remarks>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether no client is connected.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count == 0;
            }
        }
    }

    /// <summary>
    /// Adds a session. Returns false when all connections are closed, or when goodbye was said to everybody; the new client then gets that goodbye too.
    /// </summary>
    /// <remarks>
    /// Clients that got a goodbye reconnect at once to find the successor and may reach this daemon again. If one were
    /// admitted, its call would be lost unread when this daemon ends, and it could not know that the call did not run.
    /// </remarks>
    public bool TryAdd(ServerSession session)
    {
        Goodbye? goodbye;
        lock (_gate)
        {
            goodbye = _goodbye;
            if (goodbye is null || _closed)
            {
                return !_closed && _sessions.Add(session);
            }
        }

        session.SayGoodbye(goodbye);
        return false;
    }

    public void Remove(ServerSession session)
    {
        lock (_gate)
        {
            _ = _sessions.Remove(session);
        }
    }

    /// <summary>Says goodbye to all clients. Admits nobody afterwards.</summary>
    public void SayGoodbye(Goodbye goodbye)
    {
        ServerSession[] sessions;
        lock (_gate)
        {
            _goodbye ??= goodbye;
            sessions = [.. _sessions];
        }

        foreach (ServerSession session in sessions)
        {
            session.SayGoodbye(goodbye);
        }
    }

    /// <summary>Waits until all clients have received everything sent, for at most the timeout.</summary>
    public void Drain(TimeSpan timeout) => Drain(Snapshot(), timeout);

    /// <summary>Waits until all clients have received everything sent, however slowly they read. Gives up a client that takes nothing for as long as the patience.</summary>
    public void DrainPatiently(TimeSpan patience)
    {
        ServerSession[] owed = Snapshot();
        while (owed.Length > 0)
        {
            // All clients read at the same time, so each has had its time when the first one was waited for.
            long[] taken = [.. owed.Select(static session => session.Taken)];
            Drain(owed, patience);
            owed = [.. owed.Where((session, index) => !session.HasNothingToSend && session.Taken != taken[index])];
        }
    }

    /// <summary>Closes all connections and admits no more clients.</summary>
    public void CloseAll()
    {
        lock (_gate)
        {
            _closed = true;
        }

        foreach (ServerSession session in Snapshot())
        {
            session.Close();
        }
    }

    private static void Drain(ServerSession[] sessions, TimeSpan timeout)
    {
        var deadline = new Deadline(timeout);
        foreach (ServerSession session in sessions)
        {
            session.Drain(deadline.Left);
        }
    }

    private ServerSession[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _sessions];
        }
    }
}
