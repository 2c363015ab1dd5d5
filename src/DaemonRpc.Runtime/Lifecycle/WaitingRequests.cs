using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Lifecycle;

/// <summary>A request that came before the handler was made.</summary>
internal sealed record WaitingRequest(ServerSession Session, uint CallId, RequestHeader Header, byte[] Arguments);

/// <summary>The requests that wait for the handler. Whoever takes one out answers it.</summary>
internal sealed class WaitingRequests
{
    private readonly Lock _gate = new();
    private readonly List<WaitingRequest> _waiting = [];
    private bool _open = true;

    /// <summary>Adds a request. False when the handler is made: it need not wait.</summary>
    public bool TryAdd(WaitingRequest request)
    {
        lock (_gate)
        {
            if (_open)
            {
                _waiting.Add(request);
            }

            return _open;
        }
    }

    /// <summary>Takes out a request of a client. False when it does not wait.</summary>
    public bool TryTake(ServerSession session, uint callId)
    {
        lock (_gate)
        {
            return _waiting.RemoveAll(request => request.Session == session && request.CallId == callId) > 0;
        }
    }

    /// <summary>Forgets what a client had asked, which has gone.</summary>
    public void Remove(ServerSession session)
    {
        lock (_gate)
        {
            _ = _waiting.RemoveAll(request => request.Session == session);
        }
    }

    /// <summary>Takes out all, in the order they came, and lets none wait any more.</summary>
    public WaitingRequest[] CloseAndTake()
    {
        lock (_gate)
        {
            _open = false;
            WaitingRequest[] taken = [.. _waiting];
            _waiting.Clear();
            return taken;
        }
    }
}
