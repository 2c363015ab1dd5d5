using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The types that MemoryPack can write by itself: those it registers at start, and those of its generic formatters.</summary>
internal static class MemoryPackTypes
{
    /// <summary>The types, other than primitive ones, whose formatters MemoryPack registers at start.</summary>
    private static readonly HashSet<string> s_registered =
    [
        "System.DateTimeOffset", "System.Guid", "System.TimeSpan", "System.DateOnly", "System.TimeOnly",
        "System.Half", "System.Int128", "System.UInt128", "System.Text.Rune",
        "System.Numerics.BigInteger", "System.Numerics.Complex", "System.Numerics.Plane", "System.Numerics.Quaternion",
        "System.Numerics.Matrix3x2", "System.Numerics.Matrix4x4",
        "System.Numerics.Vector2", "System.Numerics.Vector3", "System.Numerics.Vector4",
        "System.Version", "System.Uri", "System.TimeZoneInfo", "System.Type", "System.Collections.BitArray",
        "System.Text.StringBuilder", "System.Globalization.CultureInfo",
    ];

    /// <summary>The formatters of generic types. Under Native AOT, a closed formatter exists only if code names it.</summary>
    private static readonly Dictionary<string, string> s_generic = new()
    {
        ["System.Collections.Generic.List`1"] = "ListFormatter",
        ["System.Collections.Generic.Stack`1"] = "StackFormatter",
        ["System.Collections.Generic.Queue`1"] = "QueueFormatter",
        ["System.Collections.Generic.LinkedList`1"] = "LinkedListFormatter",
        ["System.Collections.Generic.HashSet`1"] = "HashSetFormatter",
        ["System.Collections.Generic.SortedSet`1"] = "SortedSetFormatter",
        ["System.Collections.Generic.PriorityQueue`2"] = "PriorityQueueFormatter",
        ["System.Collections.Generic.Dictionary`2"] = "DictionaryFormatter",
        ["System.Collections.Generic.SortedDictionary`2"] = "SortedDictionaryFormatter",
        ["System.Collections.Generic.SortedList`2"] = "SortedListFormatter",
        ["System.Collections.Generic.KeyValuePair`2"] = "KeyValuePairFormatter",
        ["System.Collections.Generic.IEnumerable`1"] = "InterfaceEnumerableFormatter",
        ["System.Collections.Generic.ICollection`1"] = "InterfaceCollectionFormatter",
        ["System.Collections.Generic.IReadOnlyCollection`1"] = "InterfaceReadOnlyCollectionFormatter",
        ["System.Collections.Generic.IList`1"] = "InterfaceListFormatter",
        ["System.Collections.Generic.IReadOnlyList`1"] = "InterfaceReadOnlyListFormatter",
        ["System.Collections.Generic.IDictionary`2"] = "InterfaceDictionaryFormatter",
        ["System.Collections.Generic.IReadOnlyDictionary`2"] = "InterfaceReadOnlyDictionaryFormatter",
        ["System.Collections.Generic.ISet`1"] = "InterfaceSetFormatter",
        ["System.Collections.Generic.IReadOnlySet`1"] = "InterfaceReadOnlySetFormatter",
        ["System.Collections.ObjectModel.Collection`1"] = "CollectionFormatter",
        ["System.Collections.ObjectModel.ObservableCollection`1"] = "ObservableCollectionFormatter",
        ["System.Collections.ObjectModel.ReadOnlyCollection`1"] = "ReadOnlyCollectionFormatter",
        ["System.Collections.ObjectModel.ReadOnlyObservableCollection`1"] = "ReadOnlyObservableCollectionFormatter",
        ["System.Collections.Concurrent.ConcurrentQueue`1"] = "ConcurrentQueueFormatter",
        ["System.Collections.Concurrent.ConcurrentStack`1"] = "ConcurrentStackFormatter",
        ["System.Collections.Concurrent.ConcurrentBag`1"] = "ConcurrentBagFormatter",
        ["System.Collections.Concurrent.ConcurrentDictionary`2"] = "ConcurrentDictionaryFormatter",
        ["System.Collections.Concurrent.BlockingCollection`1"] = "BlockingCollectionFormatter",
        ["System.Collections.Frozen.FrozenDictionary`2"] = "FrozenDictionaryFormatter",
        ["System.Collections.Frozen.FrozenSet`1"] = "FrozenSetFormatter",
        ["System.Collections.Immutable.ImmutableArray`1"] = "ImmutableArrayFormatter",
        ["System.Collections.Immutable.ImmutableList`1"] = "ImmutableListFormatter",
        ["System.Collections.Immutable.ImmutableQueue`1"] = "ImmutableQueueFormatter",
        ["System.Collections.Immutable.ImmutableStack`1"] = "ImmutableStackFormatter",
        ["System.Collections.Immutable.ImmutableHashSet`1"] = "ImmutableHashSetFormatter",
        ["System.Collections.Immutable.ImmutableSortedSet`1"] = "ImmutableSortedSetFormatter",
        ["System.Collections.Immutable.ImmutableDictionary`2"] = "ImmutableDictionaryFormatter",
        ["System.Collections.Immutable.ImmutableSortedDictionary`2"] = "ImmutableSortedDictionaryFormatter",
        ["System.Collections.Immutable.IImmutableList`1"] = "InterfaceImmutableListFormatter",
        ["System.Collections.Immutable.IImmutableQueue`1"] = "InterfaceImmutableQueueFormatter",
        ["System.Collections.Immutable.IImmutableStack`1"] = "InterfaceImmutableStackFormatter",
        ["System.Collections.Immutable.IImmutableSet`1"] = "InterfaceImmutableSetFormatter",
        ["System.Collections.Immutable.IImmutableDictionary`2"] = "InterfaceImmutableDictionaryFormatter",
        ["System.Linq.IGrouping`2"] = "InterfaceGroupingFormatter",
        ["System.Linq.ILookup`2"] = "InterfaceLookupFormatter",
        ["System.ArraySegment`1"] = "ArraySegmentFormatter",
        ["System.Memory`1"] = "MemoryFormatter",
        ["System.ReadOnlyMemory`1"] = "ReadOnlyMemoryFormatter",
        ["System.Buffers.ReadOnlySequence`1"] = "ReadOnlySequenceFormatter",
        ["System.Lazy`1"] = "LazyFormatter",
        ["System.Nullable`1"] = "NullableFormatter",
    };

    /// <summary>The formatters of arrays, by rank. MemoryPack writes no arrays of more dimensions.</summary>
    private static readonly string?[] s_array =
        [null, "ArrayFormatter", "TwoDimensionalArrayFormatter", "ThreeDimensionalArrayFormatter", "FourDimensionalArrayFormatter"];

    public static bool IsRegistered(ITypeSymbol type) =>
        type.SpecialType is (>= SpecialType.System_Boolean and <= SpecialType.System_String)
            or SpecialType.System_IntPtr or SpecialType.System_UIntPtr or SpecialType.System_DateTime
        || (type is INamedTypeSymbol && s_registered.Contains(KnownTypes.MetadataNameOf(type)));

    /// <summary>Returns the name of a generic type's formatter, or null if MemoryPack has none.</summary>
    public static string? FormatterOf(INamedTypeSymbol type)
    {
        if (type.IsGenericType && type.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true }
            && type.Name is "Tuple" or "ValueTuple" && type.Arity > 0)
        {
            return type.Name + "Formatter";
        }

        return type.IsGenericType && s_generic.TryGetValue(KnownTypes.MetadataNameOf(type), out string? formatter) ? formatter : null;
    }

    /// <summary>Returns the name of an array's formatter, or null if MemoryPack has none.</summary>
    public static string? FormatterOf(IArrayTypeSymbol type) => type.Rank < s_array.Length ? s_array[type.Rank] : null;

    /// <summary>Whether MemoryPack's generator writes the serialiser of a type.</summary>
    /// <remarks>
    /// For a type of the same project, the attribute decides, because no generator sees what another generator adds.
    /// A type with <c>GenerateType.NoGenerate</c> has a formatter of the user's.
    /// </remarks>
    public static bool IsPackable(INamedTypeSymbol type) =>
        type.OriginalDefinition.FindAttribute(KnownTypes.MemoryPackable) is { } attribute
        && !HasOwnFormatter(attribute)
        && (!type.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty
            || type.AllInterfaces.Any(static implemented => implemented.Is(KnownTypes.MemoryPackFormatterRegister)));

    /// <summary>Whether MemoryPack writes a structure in two ways: a header and the members in its own serialiser, its bytes in an array.</summary>
    /// <remarks>MemoryPack's generator cannot know that a generic structure, once closed, has no references; MemoryPack's collections can.</remarks>
    public static bool IsWrittenInTwoWays(ITypeSymbol type) =>
        type.IsUnmanagedType && type.OriginalDefinition is { IsUnmanagedType: false } definition && definition.HasAttribute(KnownTypes.MemoryPackable);

    /// <summary>Whether a type is marked as serialisable, by generated code or by a formatter of the user's.</summary>
    public static bool IsMarked(INamedTypeSymbol type)
    {
        INamedTypeSymbol definition = type.OriginalDefinition;
        return definition.FindAttribute(KnownTypes.MemoryPackable) is { } attribute
            && (!definition.IsAbstract || HasOwnFormatter(attribute) || definition.HasAttribute(KnownTypes.MemoryPackUnion));
    }

    /// <summary>Whether the attribute says <c>GenerateType.NoGenerate</c>.</summary>
    private static bool HasOwnFormatter(AttributeData attribute)
    {
        const int NoGenerate = 4;
        return attribute.ConstructorArguments.Any(static argument =>
            argument.Type?.Name == "GenerateType" && Equals(argument.Value, NoGenerate));
    }
}
