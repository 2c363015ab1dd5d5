using System.ComponentModel;
using System.Runtime.CompilerServices;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>Keeps the serialisers of a contract's types alive under Native AOT and trimming. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Formatters
{
    private static readonly Lock s_gate = new();
    private static readonly List<Action> s_pending = [RegisterCorrected];
    private static volatile bool s_arePending = true;

    /// <summary>Registers the formatter of a closed collection or tuple, unless the user registered one for the type before.</summary>
    public static void Root<T>(MemoryPackFormatter<T> formatter)
    {
        if (!MemoryPackFormatterProvider.IsRegistered<T>())
        {
            MemoryPackFormatterProvider.Register(formatter);
        }
    }

    /// <summary>Registers the formatter of a packable type in the place of MemoryPack's own, unless the user registered one for the type before.</summary>
    public static void Root<T>(PackableFormatter<T> formatter) => Replace(formatter);

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

    /// <summary>Whether values of this type are arrays of numbers.</summary>
    internal static bool IsOfPrimitives<T>() => Need<T>.IsOfPrimitives;

    // Of the types that MemoryPack writes without being told, the four that its own formatters do not bring over as they are.
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
        // Inside the gate: whoever comes next finds all of them registered.
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

    // What a type registers for itself: a class of the library, or, as a union, one that is nested in it.
    private static bool IsMadeByMemoryPack<T>(Type formatter) =>
        formatter.Assembly == typeof(MemoryPackFormatterProvider).Assembly
        || formatter.DeclaringType == (typeof(T).IsGenericType ? typeof(T).GetGenericTypeDefinition() : typeof(T));

    private static class Need<T>
    {
        /// <summary>Whether it is an array of numbers, which is written without a formatter.</summary>
        public static readonly bool IsOfPrimitives = typeof(T).IsSZArray && typeof(T).GetElementType() is { IsPrimitive: true };

        /// <summary>Whether it is written by more than copying its bytes.</summary>
        public static readonly bool IsThere = RuntimeHelpers.IsReferenceOrContainsReferences<T>() && !IsOfPrimitives;
    }
}
