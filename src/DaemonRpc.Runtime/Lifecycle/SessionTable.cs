using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Lifecycle;

/// <summary>Everybody who is connected to this daemon.</summary>
internal sealed class SessionTable
{
    private readonly Lock _gate = new();
    private readonly HashSet<ServerSession> _sessions = [];
    private bool _closed;

    /// <summary>Enters a session. False after <see cref="CloseAll"/>: nobody would ever close it.</summary>
    public bool TryAdd(ServerSession session)
    {
        lock (_gate)
        {
            return !_closed && _sessions.Add(session);
        }
    }

    public void Remove(ServerSession session)
    {
        lock (_gate)
        {
            _ = _sessions.Remove(session);
        }
    }

    /// <summary>Tells everybody that their connections end, and waits at most the limit until they have read it.</summary>
    public void SayGoodbye(Goodbye goodbye, TimeSpan limit)
    {
        ServerSession[] sessions = Snapshot();
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
