using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.CodeGen;

/// <summary>x</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallRequest
{
    internal CallRequest() { }
    /// <summary>x</summary>
    public CallRequest With<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(T argument) => throw new NotSupportedException();
    /// <summary>x</summary>
    public Task SendAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    /// <summary>x</summary>
    public Task<T> SendAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(CancellationToken cancellationToken) => throw new NotSupportedException();
    /// <summary>x</summary>
    public ValueTask SendValueAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    /// <summary>x</summary>
    public ValueTask<T> SendValueAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(CancellationToken cancellationToken) => throw new NotSupportedException();
    /// <summary>x</summary>
    public IAsyncEnumerable<T> StreamAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(CancellationToken cancellationToken) => throw new NotSupportedException();
}
