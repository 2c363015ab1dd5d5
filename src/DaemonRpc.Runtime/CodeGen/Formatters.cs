using System.ComponentModel;
using System.Runtime.CompilerServices;
using MemoryPack;

namespace DaemonRpc.CodeGen;

/// <summary>Keeps the serialisers of a contract's types alive under Native AOT and trimming. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Formatters
{
    private static readonly Lock s_gate = new();
    private static readonly List<Action> s_pending = [];
    private static volatile bool s_arePending;

    /// <summary>Registers the formatter of a closed collection or tuple, unless the user registered one for the type before.</summary>
    public static void Root<T>(MemoryPackFormatter<T> formatter)
    {
        if (!MemoryPackFormatterProvider.IsRegistered<T>())
        {
            MemoryPackFormatterProvider.Register(formatter);
        }
    }

    /// <summary>Notes what registers a contract's formatters, for when one is first needed.</summary>
    /// <remarks>
    /// The first look at MemoryPack's registry makes hundreds of formatters, which a program that is compiled as it runs pays
    /// with tens of milliseconds. A daemon that has yet to start, and a client that sends a number, have no use for any of them.
    /// </remarks>
    internal static void Later(Action register)
    {
        lock (s_gate)
        {
            s_pending.Add(register);
            s_arePending = true;
        }
    }

    /// <summary>Called before a value is written or read: registers what is pending if values of this type need a formatter.</summary>
    internal static void Prepare<T>()
    {
        if (s_arePending && Need<T>.IsThere)
        {
            RegisterPending();
        }
    }

    private static void RegisterPending()
    {
        // Inside the gate: whoever comes next finds all of them registered.
        lock (s_gate)
        {
            s_pending.ForEach(static register => register());
            s_pending.Clear();
            s_arePending = false;
        }
    }

    private static class Need<T>
    {
        /// <summary>Whether it is written by more than copying its bytes.</summary>
        public static readonly bool IsThere = RuntimeHelpers.IsReferenceOrContainsReferences<T>()
            && !(typeof(T).IsSZArray && typeof(T).GetElementType() is { IsPrimitive: true });
    }
}
