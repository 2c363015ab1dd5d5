using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>A request that came before the handler was made.</summary>
internal sealed record WaitingRequest(ServerSession Session, uint CallId, RequestHeader Header, byte[] Arguments)
{
    /// <summary>What it holds in memory while it waits.</summary>
    public long Bytes => Arguments.Length + (Header.Attachment?.Length ?? 0);
}

/// <summary>The requests that wait for the handler. Whoever takes one out answers it.</summary>
/// <remarks>
/// While <see cref="Close"/> hands them on, everybody else waits: so a request is either still here, or where it was
/// handed to; a cancellation, or the client's end, cannot miss it in between; and no later request overtakes it.
/// So many wait as in the queue of a busy daemon (<see cref="TaskQueue"/>), where they go when the handler is made.
/// </remarks>
/// <param name="mostBytes">How much all of them may hold in memory. The first may hold more.</param>
internal sealed class WaitingRequests(long mostBytes)
{
    private readonly Lock _gate = new();
    private readonly List<WaitingRequest> _waiting = [];
    private long _bytes;
    private volatile bool _open = true;

    /// <summary>Whether requests wait. Once false it stays so.</summary>
    public bool IsOpen => _open;

    /// <summary>Adds a request. False when there is no room, or none waits any more, as the handler is made, or cannot be.</summary>
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

    /// <summary>Takes out a request of a client. False when it does not wait.</summary>
    public bool TryTake(ServerSession session, uint callId) => TakeOut(request => request.Session == session && request.CallId == callId);

    /// <summary>Forgets what a client had asked, which has gone.</summary>
    public void Remove(ServerSession session) => TakeOut(request => request.Session == session);

    /// <summary>Lets none wait any more, and hands on all, in the order they came. The callback must be quick.</summary>
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
