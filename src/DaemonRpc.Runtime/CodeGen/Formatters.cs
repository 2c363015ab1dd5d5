using System.ComponentModel;
using MemoryPack;

namespace DaemonRpc.CodeGen;

/// <summary>Keeps the serialisers of a contract's types alive under Native AOT and trimming. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Formatters
{
    /// <summary>Registers the formatter of a closed collection or tuple, unless the user registered one for the type before.</summary>
    public static void Root<T>(MemoryPackFormatter<T> formatter)
    {
        if (!MemoryPackFormatterProvider.IsRegistered<T>())
        {
            MemoryPackFormatterProvider.Register(formatter);
        }
    }
}
