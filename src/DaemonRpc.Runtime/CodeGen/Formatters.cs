using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
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

    /// <summary>Keeps what MemoryPack's generator wrote into a type, which is found by reflection at its first use.</summary>
    public static void Root<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>()
    {
        // The annotation is the whole effect: registering here would run the user's type initialisers at start.
    }
}
