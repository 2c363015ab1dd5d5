using System.ComponentModel;
using System.Runtime.CompilerServices;
using MemoryPack;
using MemoryPack.Formatters;

namespace DaemonRpc.Serialization;

/// <summary>Registers the formatters of a contract's types, which also keeps them alive under Native AOT and trimming. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Formatters
{
    private static readonly Lock s_gate = new();
    private static readonly List<Action> s_pending = [RegisterCorrected];
    private static volatile bool s_arePending = true;

    /// <summary>Registers the formatter of a closed collection or tuple, unless the user has registered one for the type.</summary>
    public static void Root<T>(MemoryPackFormatter<T> formatter)
    {
        if (!MemoryPackFormatterProvider.IsRegistered<T>())
        {
            MemoryPackFormatterProvider.Register(formatter);
        }
    }

    /// <summary>Registers the formatter of a packable type instead of MemoryPack's own, unless the user has registered one for the type.</summary>
    public static void Root<T>(PackableFormatter<T> formatter) => Replace(formatter);

    /// <summary>Registers a serialiser that copies a structure's bytes instead of MemoryPack's own, unless the user has registered one for the type.</summary>
    /// <remarks>
    /// Of a closed generic structure without references, MemoryPack's own serialiser writes a header and the members, and MemoryPack's arrays copy
    /// the bytes. Some collections are written by the one and read by the other: <c>ReadOnlyCollection</c>, <c>ICollection</c>, <c>IGrouping</c>.
    /// </remarks>
    public static void RootCopied<T>()
        where T : unmanaged => Replace(new UnmanagedFormatter<T>());

    /// <summary>Stores the action that registers a contract's formatters, until one is first needed.</summary>
    /// <remarks>
    /// The first use of MemoryPack's registry creates hundreds of formatters, which takes a JIT-compiled program tens
    /// of milliseconds. A daemon that is starting, or a client that sends a number, needs none of them.
    /// </remarks>
    internal static void Later(Action register)
    {
        lock (s_gate)
        {
            s_pending.Add(register);
            s_arePending = true;
        }
    }

    /// <summary>Registers the pending formatters if values of this type need one. Called before a value is written or read.</summary>
    internal static void Prepare<T>()
    {
        if (s_arePending && Need<T>.IsThere)
        {
            RegisterPending();
        }
    }

    /// <summary>Returns whether the type is an array of primitives.</summary>
    internal static bool IsOfPrimitives<T>() => Need<T>.IsOfPrimitives;

    // Of the types that MemoryPack serialises by itself, these four have built-in formatters that lose or corrupt values.
    private static void RegisterCorrected()
    {
        Replace(new BigIntegerFormatter());
        Replace(new BitArrayFormatter());
        Replace(new TimeZoneFormatter());
        Replace(new UriFormatter());
    }

    private static void Replace<T>(MemoryPackFormatter<T> formatter)
    {
        if (!MemoryPackFormatterProvider.IsRegistered<T>() || IsMadeByMemoryPack<T>(Registered<T>().GetType()))
        {
            MemoryPackFormatterProvider.Register(formatter);
        }
    }

    private static void RegisterPending()
    {
        // Inside the gate, so that the next caller finds all formatters registered.
        lock (s_gate)
        {
            s_pending.ForEach(static register => register());
            s_pending.Clear();
            s_arePending = false;
        }
    }

    private static object Registered<T>()
    {
        using MemoryPackReaderOptionalState state = MemoryPackReaderOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        using var reader = new MemoryPackReader(default, state);
        return reader.GetFormatter<T>();
    }

    // A type registers a class of the library for itself or, if it is a union, a class nested in the type.
    private static bool IsMadeByMemoryPack<T>(Type formatter) =>
        formatter.Assembly == typeof(MemoryPackFormatterProvider).Assembly
        || formatter.DeclaringType == (typeof(T).IsGenericType ? typeof(T).GetGenericTypeDefinition() : typeof(T));

    private static class Need<T>
    {
        /// <summary>Whether the type is an array of primitives, which needs no formatter.</summary>
        public static readonly bool IsOfPrimitives = typeof(T).IsSZArray && typeof(T).GetElementType() is { IsPrimitive: true };

        /// <summary>Whether writing the type takes more than copying its bytes.</summary>
        public static readonly bool IsThere = RuntimeHelpers.IsReferenceOrContainsReferences<T>() && !IsOfPrimitives;
    }
}
