using System.ComponentModel;
using MemoryPack;

namespace DaemonRpc.CodeGen;

/// <summary>Keeps the serialisers of collections and tuples alive under Native AOT, where they cannot be found by reflection.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Formatters
{
    /// <summary>Registers a formatter, unless the user registered one for the type before.</summary>
    public static void Root<T>(MemoryPackFormatter<T> formatter)
    {
        if (!MemoryPackFormatterProvider.IsRegistered<T>())
        {
            MemoryPackFormatterProvider.Register(formatter);
        }
    }
}
