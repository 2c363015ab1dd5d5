using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>The items of a stream that the caller passed. Each enumeration has the caller's object enumerated anew, while the call runs.</summary>
/// <param name="reply">The task's reply.</param>
/// <param name="argument">The position of the caller's stream among the call's arguments.</param>
internal sealed class CallerItems<T>(TaskReply reply, ushort argument) : IAsyncEnumerable<T>
{
    private readonly CallerAsks _asks = reply.BeginAsks();
    private readonly Func<CancellationToken> _token = reply.TokenSource;
    private readonly string _method = reply.Method;

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new CallerEnumerator<T>(_asks, argument, _method, _token(), cancellationToken);
}
