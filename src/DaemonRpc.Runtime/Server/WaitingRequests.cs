using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>A request that came before the handler was created.</summary>
internal sealed record WaitingRequest(ServerSession Session, uint CallId, RequestHeader Header, byte[] Arguments)
{
    /// <summary>The memory that the request occupies while it waits, in bytes.</summary>
    public long Bytes => Arguments.Length + (Header.Attachment?.Length ?? 0);
}

/// <summary>The requests that wait for the handler. Whoever removes a request answers it.</summary>
/// <remarks>
/// While <see cref="Close"/> passes the requests on, all other calls here block. So a request is either still here or already
/// where it was passed; a cancellation or the client's end cannot miss it in between, and no later request overtakes it. The
/// number of requests has the same limit as the queue of a busy daemon (<see cref="TaskQueue"/>), to which they are passed.
/// </remarks>
/// <param name="mostBytes">The memory limit of all waiting requests together, in bytes. The first may exceed it.</param>
internal sealed class WaitingRequests(long mostBytes)
{
    private readonly Lock _gate = new();
    private readonly List<WaitingRequest> _waiting = [];
    private long _bytes;
    private volatile bool _open = true;

    /// <summary>Whether requests still wait here. Never becomes true again.</summary>
    public bool IsOpen => _open;

    /// <summary>Adds a request. Returns false when there is no room, or when requests no longer wait because the handler exists or failed.</summary>
    public bool TryAdd(WaitingRequest request, out bool isFull)
    {
        lock (_gate)
        {
            isFull = _open && (_waiting.Count >= TaskQueue.MostCalls || (_waiting.Count > 0 && _bytes + request.Bytes > mostBytes));
            if (!_open || isFull)
            {
                return false;
            }

            _waiting.Add(request);
            _bytes += request.Bytes;
            return true;
        }
    }

    /// <summary>Removes a client's request. Returns false when it does not wait here.</summary>
    public bool TryTake(ServerSession session, uint callId) => TakeOut(request => request.Session == session && request.CallId == callId);

    /// <summary>Removes all requests of a client that has gone.</summary>
    public void Remove(ServerSession session) => TakeOut(request => request.Session == session);

    /// <summary>Stops waiting, and passes all requests on, in the order they came. The callback must be quick.</summary>
    public void Close(Action<WaitingRequest> handOn)
    {
        lock (_gate)
        {
            _waiting.ForEach(handOn);
            _waiting.Clear();
            _bytes = 0;
            _open = false;
        }
    }

    private bool TakeOut(Predicate<WaitingRequest> predicate)
    {
        lock (_gate)
        {
            bool isAny = _waiting.RemoveAll(predicate) > 0;
            _bytes = _waiting.Sum(static request => request.Bytes);
            return isAny;
        }
    }
}
