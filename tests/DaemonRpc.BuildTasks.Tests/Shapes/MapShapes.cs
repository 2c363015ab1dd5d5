using static DaemonRpc.BuildTasks.Tests.Shapes.Wanted;

namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>Every collection of two types that MemoryPack writes.</summary>
internal static class MapShapes
{
    private const string Pairs = "t.Map(x, S0, S1)";

    public static IReadOnlyList<ShapeConstructor> All { get; } =
    [
        new("Dictionary<T0, T1>", "v.Map(M0, M1)", Pairs, Key, Anything),
        new("SortedDictionary<T0, T1>", "new(v.Map(M0, M1))", Pairs, Ordered, Anything),
        new("SortedList<T0, T1>", "new(v.Map(M0, M1))", Pairs, Ordered, Anything),
        new("ConcurrentDictionary<T0, T1>", "new(v.Map(M0, M1))", Pairs, Key, Anything),
        new("FrozenDictionary<T0, T1>", "v.Map(M0, M1).ToFrozenDictionary()", Pairs, Key, Anything),
        new("ImmutableDictionary<T0, T1>", "v.Map(M0, M1).ToImmutableDictionary()", Pairs, Key, Anything),
        new("ImmutableSortedDictionary<T0, T1>", "v.Map(M0, M1).ToImmutableSortedDictionary()", Pairs, Ordered, Anything),
        new("IDictionary<T0, T1>", "v.Map(M0, M1)", Pairs, Key, Anything),
        new("IReadOnlyDictionary<T0, T1>", "v.Map(M0, M1)", Pairs, Key, Anything),
        new("IImmutableDictionary<T0, T1>", "v.Map(M0, M1).ToImmutableDictionary()", Pairs, Key, Anything),
        new("PriorityQueue<T0, T1>", "new(v.Map(M1, M0).Select(pair => (pair.Value, pair.Key)))", "t.Map(x.UnorderedItems.Select(item => KeyValuePair.Create(item.Priority, item.Element)), S1, S0)", Anything, Ordered),
        new("KeyValuePair<T0, T1>", "new(M0(v), M1(v))", "S0(t, x.Key); S1(t, x.Value)", Anything, Anything) { IsStruct = true },
        new("IGrouping<T0, T1>", "v.Group(M0, M1)", "S0(t, x.Key); t.Items(x, S1)", Key, Anything),
        new("ILookup<T0, T1>", "v.Map(M0, M1).ToLookup(pair => pair.Key, pair => pair.Value)", "t.Map(x.Select(group => KeyValuePair.Create(group.Key, group.First())), S0, S1)", Key, Anything),
    ];
}
