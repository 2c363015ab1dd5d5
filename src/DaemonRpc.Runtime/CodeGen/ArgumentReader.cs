using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.CodeGen;

/// <summary>x</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ArgumentReader
{
    internal ArgumentReader() { }
    /// <summary>x</summary>
    public T Next<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>() => throw new NotSupportedException();
}
