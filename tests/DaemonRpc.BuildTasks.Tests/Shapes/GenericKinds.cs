using static DaemonRpc.BuildTasks.Tests.Shapes.Wanted;

namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>Generic types of the user, in the forms that share code among classes and those that do not.</summary>
internal static class GenericKinds
{
    public const string Declarations = """
        [MemoryPackable] public partial record Pair<T>(T First, T Second) where T : class;
        [MemoryPackable] public partial record Couple<TLeft, TRight>(TLeft Left, TRight Right);
        [MemoryPackable] public partial class Box<T> { public T Value { get; set; } = default!; }
        [MemoryPackable] public readonly partial record struct Slot<T>(T Value, int Number);
        [MemoryPackable] public partial record Page<T>(T[] Items, List<T> More, Couple<T, T> Ends, Dictionary<string, T> ByName, Slot<T> Slot);
        [MemoryPackable] public partial record Book<T>(Page<T>[] Pages, Pair<Page<T>> Cover, Page<List<T>> Nested);
        [MemoryPackable] public partial record Chain<T>(T Value, Chain<T> Next);
        [MemoryPackable, MemoryPackUnion(0, typeof(Some<>)), MemoryPackUnion(1, typeof(Many<>))] public partial interface IOption<T>;
        [MemoryPackable] public partial record Some<T>(T Value) : IOption<T>;
        [MemoryPackable] public partial record Many<T>(T[] Values) : IOption<T>;
        [MemoryPackable(GenerateType.VersionTolerant)] public partial class Versioned<T> { [MemoryPackOrder(0)] public T Value { get; set; } = default!; [MemoryPackOrder(1)] public List<T> Values { get; set; } = default!; }
        """;

    private const string MakePage = "new Page<T0>(v.Several(M0), new(v.Several(M0)), new(M0(v), M0(v)), v.Map(v => v.Word(), M0), new(M0(v), v.Int()))";

    private const string ShowPage = "t.Items(y.Items, S0); t.Items(y.More, S0); S0(t, y.Ends.Left); S0(t, y.Ends.Right); t.Map(y.ByName, (t, x) => t.Add(x), S0); S0(t, y.Slot.Value); t.Add(y.Slot.Number)";

    public static IReadOnlyList<ShapeConstructor> All { get; } =
    [
        new("Pair<T0>", "new(M0(v), M0(v))", "S0(t, x.First); S0(t, x.Second)", Reference),
        new("Couple<T0, T1>", "new(M0(v), M1(v))", "S0(t, x.Left); S1(t, x.Right)", Anything, Anything),
        new("Box<T0>", "new() { Value = M0(v) }", "S0(t, x.Value)", Anything),
        new("Slot<T0>", "new(M0(v), v.Int())", "S0(t, x.Value); t.Add(x.Number)", Anything) { IsStruct = true },
        new("Page<T0>", MakePage, $"var y = x; {ShowPage}", Anything),
        new("Book<T0>", $"new([{MakePage}], new({MakePage}, {MakePage}), new([], [], new([M0(v)], []), [], new([M0(v)], 1)))", $"t.Items(x.Pages, (t, y) => {{ {ShowPage}; }}); t.Items([x.Cover.First, x.Cover.Second], (t, y) => {{ {ShowPage}; }}); t.Items(x.Nested.Ends.Left, S0); t.Items(x.Nested.Slot.Value, S0)", Anything),
        new("Chain<T0>", "new(M0(v), new(M0(v), null!))", "for (var y = x; y is not null; y = y.Next) { S0(t, y.Value); }", Anything),
        new("IOption<T0>", "v.Int() % 2 == 0 ? new Some<T0>(M0(v)) : new Many<T0>(v.Several(M0))", "if (x is Some<T0> some) { S0(t, some.Value); } else { t.Items(((Many<T0>)x).Values, S0); }", Anything),
        new("Some<T0>", "new(M0(v))", "S0(t, x.Value)", Anything),
        new("Versioned<T0>", "new() { Value = M0(v), Values = new(v.Several(M0)) }", "S0(t, x.Value); t.Items(x.Values, S0)", Anything),
    ];
}
