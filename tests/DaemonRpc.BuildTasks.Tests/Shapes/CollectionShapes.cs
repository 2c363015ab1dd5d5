using static DaemonRpc.BuildTasks.Tests.Shapes.Wanted;

namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>Every collection of one type that MemoryPack writes, and what else holds values of one type.</summary>
internal static class CollectionShapes
{
    private const string InOrder = "t.Items(x, S0)";

    // Of what is read into another collection, or in the other direction, only the elements count.
    private const string AnyOrder = "t.Bag(x, S0)";

    public static IReadOnlyList<ShapeConstructor> All { get; } =
    [
        new("List<T0>", "new(v.Several(M0))", InOrder, Anything),
        new("Stack<T0>", "new(v.Several(M0))", InOrder, Anything),
        new("Queue<T0>", "new(v.Several(M0))", InOrder, Anything),
        new("LinkedList<T0>", "new(v.Several(M0))", InOrder, Anything),
        new("HashSet<T0>", "new(v.Distinct(M0))", AnyOrder, Key),
        new("SortedSet<T0>", "new(v.Distinct(M0))", InOrder, Ordered),
        new("Collection<T0>", "new(v.Several(M0).ToList())", InOrder, Anything),
        new("ObservableCollection<T0>", "new(v.Several(M0))", InOrder, Anything),
        new("ReadOnlyCollection<T0>", "new(v.Several(M0))", InOrder, Anything),
        new("ReadOnlyObservableCollection<T0>", "new(new ObservableCollection<T0>(v.Several(M0)))", InOrder, Anything),
        new("ConcurrentQueue<T0>", "new(v.Several(M0))", InOrder, Anything),
        new("ConcurrentStack<T0>", "new(v.Several(M0))", AnyOrder, Anything),
        new("ConcurrentBag<T0>", "new(v.Several(M0))", AnyOrder, Anything),
        new("BlockingCollection<T0>", "new(new ConcurrentQueue<T0>(v.Several(M0)))", "t.Items(x.ToArray(), S0)", Anything),
        new("FrozenSet<T0>", "v.Distinct(M0).ToFrozenSet()", AnyOrder, Key),
        new("ImmutableArray<T0>", "[.. v.Several(M0)]", "t.Items(x.IsDefault ? null : x.ToArray(), S0)", Anything) { IsStruct = true },
        new("ImmutableList<T0>", "[.. v.Several(M0)]", InOrder, Anything),
        new("ImmutableQueue<T0>", "[.. v.Several(M0)]", InOrder, Anything),
        new("ImmutableStack<T0>", "[.. v.Several(M0)]", AnyOrder, Anything),
        new("ImmutableHashSet<T0>", "[.. v.Distinct(M0)]", AnyOrder, Key),
        new("ImmutableSortedSet<T0>", "[.. v.Distinct(M0)]", InOrder, Ordered),
        new("IImmutableList<T0>", "ImmutableList.Create(v.Several(M0))", InOrder, Anything),
        new("IImmutableQueue<T0>", "ImmutableQueue.Create(v.Several(M0))", InOrder, Anything),
        new("IImmutableStack<T0>", "ImmutableStack.Create(v.Several(M0))", AnyOrder, Anything),
        new("IImmutableSet<T0>", "ImmutableHashSet.Create(v.Distinct(M0))", AnyOrder, Key),
        new("IEnumerable<T0>", "v.Several(M0)", InOrder, Anything),
        new("ICollection<T0>", "new List<T0>(v.Several(M0))", InOrder, Anything),
        new("IReadOnlyCollection<T0>", "v.Several(M0)", InOrder, Anything),
        new("IList<T0>", "new List<T0>(v.Several(M0))", InOrder, Anything),
        new("IReadOnlyList<T0>", "v.Several(M0)", InOrder, Anything),
        new("ISet<T0>", "new HashSet<T0>(v.Distinct(M0))", AnyOrder, Key),
        new("IReadOnlySet<T0>", "new HashSet<T0>(v.Distinct(M0))", AnyOrder, Key),
        new("ArraySegment<T0>", "new(v.Several(M0))", "t.Items(x.Array is null ? [] : x.ToArray(), S0)", Anything) { IsStruct = true },
        new("Memory<T0>", "v.Several(M0)", "t.Items(x.ToArray(), S0)", Anything) { IsStruct = true },
        new("ReadOnlyMemory<T0>", "v.Several(M0)", "t.Items(x.ToArray(), S0)", Anything) { IsStruct = true },
        new("ReadOnlySequence<T0>", "new(v.Several(M0))", "t.Items(x.ToArray(), S0)", Anything) { IsStruct = true },
        new("Lazy<T0>", "v.Later(M0)", "S0(t, x.Value)", Anything),
        new("T0?", "v.Null() ? null : M0(v)", "t.Maybe(x, S0)", PlainStruct) { IsStruct = true, IsNullable = false },
    ];
}
