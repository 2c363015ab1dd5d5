using System.ComponentModel;

namespace DaemonRpc.CodeGen;

/// <summary>x</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DaemonHost
{
    /// <summary>x</summary>
    public static bool IsRequested(DaemonContract contract) => throw new NotSupportedException();
    /// <summary>x</summary>
    public static Task<int> RunAsync<THandler>(DaemonContract contract, Func<DaemonContext, THandler> factory, Func<THandler, Dispatcher> dispatch, DaemonOptions? options) => throw new NotSupportedException();
    /// <summary>x</summary>
    public static Task<int> RunAsync<THandler>(DaemonContract contract, Func<DaemonContext, CancellationToken, ValueTask<THandler>> factory, Func<THandler, Dispatcher> dispatch, DaemonOptions? options) => throw new NotSupportedException();
}
