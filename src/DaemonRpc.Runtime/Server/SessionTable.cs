using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Server;

/// <summary>Everybody who is connected to this daemon.</summary>
internal sealed class SessionTable
{
    private readonly Lock _gate = new();
    private readonly HashSet<ServerSession> _sessions = [];
    private Goodbye? _goodbye;
    private bool _closed;

    /// <summary>Takes a client in. False when all connections are closed, or when everybody has been told that the daemon leaves; it is then told so too.</summary>
    /// <remarks>
    /// Whoever was told comes back at once to look for the successor, and may meet us once more. Let in, its call would be
    /// lost unread when we end, and it could not know that the call did not run.
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

    /// <summary>Tells everybody that their connections end, and waits at most the limit until they have read it. Nobody is let in afterwards.</summary>
    public void SayGoodbye(Goodbye goodbye, TimeSpan limit)
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

        var deadline = new Deadline(limit);
        foreach (ServerSession session in sessions)
        {
            session.Drain(deadline.Left);
        }
    }

    /// <summary>Ends all connections, and lets nobody in any more.</summary>
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

    private ServerSession[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _sessions];
        }
    }
}
