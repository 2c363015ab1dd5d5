using System.ComponentModel;

namespace DaemonRpc.CodeGen;

/// <summary>x</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallChannel : IAsyncDisposable
{
    internal CallChannel() { }
    /// <summary>x</summary>
    public DaemonHandle Daemon => throw new NotSupportedException();
    /// <summary>x</summary>
    public static Task<TClient> ConnectAsync<TClient>(DaemonContract contract, Func<CallChannel, TClient> create, DaemonClientOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();
    /// <summary>x</summary>
    public static CallChannel ConnectInProcess<THandler>(DaemonContract contract, Func<DaemonContext, THandler> factory, Func<THandler, Dispatcher> dispatch) => throw new NotSupportedException();
    /// <summary>x</summary>
    public CallRequest Request(uint method, string name) => throw new NotSupportedException();
    /// <summary>x</summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
