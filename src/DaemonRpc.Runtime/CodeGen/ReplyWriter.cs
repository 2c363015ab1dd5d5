using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.CodeGen;

/// <summary>x</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ReplyWriter
{
    internal ReplyWriter() { }
    /// <summary>x</summary>
    public void Result() => throw new NotSupportedException();
    /// <summary>x</summary>
    public void Result<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(T value) => throw new NotSupportedException();
    /// <summary>x</summary>
    public ValueTask StreamAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(IAsyncEnumerable<T> items, CancellationToken cancellationToken) => throw new NotSupportedException();
}
