using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Lifecycle;

/// <summary>A request that came before the handler was made.</summary>
internal sealed record WaitingRequest(ServerSession Session, uint CallId, RequestHeader Header, byte[] Arguments);

/// <summary>The requests that wait for the handler. Whoever takes one out answers it.</summary>
/// <remarks>
/// While <see cref="Close"/> hands them on, everybody else waits: so a request is either still here, or where it was
/// handed to; a cancellation, or the client's end, cannot miss it in between; and no later request overtakes it.
/// </remarks>
internal sealed class WaitingRequests
{
    private readonly Lock _gate = new();
    private readonly List<WaitingRequest> _waiting = [];
    private volatile bool _open = true;

    /// <summary>Whether requests wait. Once false it stays so.</summary>
    public bool IsOpen => _open;

    /// <summary>Adds a request. False when none waits any more, as the handler is made, or cannot be.</summary>
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

    /// <summary>Lets none wait any more, and hands on all, in the order they came. The callback must be quick.</summary>
    public void Close(Action<WaitingRequest> handOn)
    {
        lock (_gate)
        {
            _waiting.ForEach(handOn);
            _waiting.Clear();
            _open = false;
        }
    }
}
