using System.Buffers;
using System.Reflection;
using System.Runtime.CompilerServices;
using DaemonRpc.CodeGen;
using DaemonRpc.Generators.Tests.Infrastructure;
using DaemonRpc.Serialization;

namespace DaemonRpc.Generators.Tests.Emission;

/// <summary>
/// What generated code says of the bytes of a contract's values. Said wrongly, honest values are refused, so that the walk
/// through the bytes must end where MemoryPack ends.
/// </summary>
public sealed class ValueShapesTests
{
    private const string Source = """
        using System;
        using System.Buffers;
        using System.Collections;
        using System.Collections.Concurrent;
        using System.Collections.Frozen;
        using System.Collections.Generic;
        using System.Collections.Immutable;
        using System.Collections.ObjectModel;
        using System.Linq;
        using System.Numerics;
        using System.Text;
        using System.Threading.Tasks;
        using MemoryPack;

        public enum Color : byte { Red, Blue }
        public enum Wide : long { One = 1 }
        public struct Point { public int X; public byte Y; public DateTime When; }
        [MemoryPackable] public partial struct Spot { public int X; public byte Y; }
        [MemoryPackable] public partial record Item(int Id);
        [MemoryPackable] public partial record struct Pair(int Left, string Right);
        [MemoryPackable] public partial struct Two<T> { public T First; public T Second; }
        [MemoryPackable] public partial class Page<T> { public T? Value { get; set; } public T?[]? Rest; }
        [MemoryPackable(GenerateType.Collection)] public partial class Numbers : List<int>;
        [MemoryPackable(GenerateType.Collection)] public partial class Names : Dictionary<string, Color>;
        [MemoryPackable, MemoryPackUnion(0, typeof(Circle)), MemoryPackUnion(300, typeof(Dot))] public partial interface IFigure;
        [MemoryPackable] public partial class Circle : IFigure { public int Radius { get; set; } public IFigure? Inner { get; set; } }
        [MemoryPackable] public partial class Dot : IFigure { public string? Name; }
        [MemoryPackable, MemoryPackUnion(0, typeof(Square))] public abstract partial class Figure { public string? Label { get; set; } }
        [MemoryPackable] public partial class Square : Figure { public int Side { get; set; } }
        [MemoryPackable] public partial record Node(string Name, List<Node> Children, Node? Next = null);
        public class Parent { public int A { get; set; } [MemoryPackInclude] protected string secret = "s"; [MemoryPackIgnore] public string Skipped = "no"; public virtual long V { get; set; } }
        [MemoryPackable] public partial class Child : Parent { public string B = "b"; public override long V { get; set; } public new int A { get; set; } public static int None { get; set; } public int Computed => 7; }
        [MemoryPackable(SerializeLayout.Explicit)] public partial class Ordered { [MemoryPackOrder(1)] public string? Second { get; set; } [MemoryPackOrder(0)] public int First { get; set; } }
        [MemoryPackable(GenerateType.VersionTolerant)] public partial class Tolerant { [MemoryPackOrder(3)] public string? Late { get; set; } [MemoryPackOrder(0)] public int Early { get; set; } [MemoryPackOrder(1)] public List<Tolerant>? More { get; set; } }
        [MemoryPackable(GenerateType.CircularReference)] public partial class Ring { [MemoryPackOrder(0)] public Ring? Next { get; set; } [MemoryPackOrder(1)] public string? Name { get; set; } }
        [MemoryPackable] public partial class Formatted
        {
            [Utf8StringFormatter] public string? Eight { get; set; }
            [Utf16StringFormatter] public string? Sixteen { get; set; }
            [OrdinalIgnoreCaseStringDictionaryFormatter<int>] public Dictionary<string, int>? Map { get; set; }
            [BrotliStringFormatter] public string? Packed { get; set; }
            public string After { get; set; } = "after";
        }
        [MemoryPackable] public partial class Called
        {
            public string? Text { get; set; }
            [MemoryPackOnSerializing] static void Begin<TBufferWriter>(ref MemoryPackWriter<TBufferWriter> writer, ref Called? value) where TBufferWriter : IBufferWriter<byte> => writer.WriteUnmanaged(7);
            [MemoryPackOnDeserializing] static void Begin(ref MemoryPackReader reader, ref Called? value) => reader.ReadUnmanaged(out int _);
        }
        [MemoryPackable] public partial record Everything(
            bool Yes, char Letter, Half Small, Int128 Large, decimal Price, DateTime When, DateTimeOffset At, DateOnly Day, TimeOnly Hour, TimeSpan Span, Rune Rune, Guid Id, nint Native,
            bool? MaybeYes, int? MaybeInt, decimal? MaybePrice, DateTime? MaybeWhen, DateTimeOffset? MaybeAt, DateOnly? MaybeDay, TimeOnly? MaybeHour, TimeSpan? MaybeSpan, Rune? MaybeRune, Guid? MaybeId, Color? MaybeColor, Wide? MaybeWide, Int128? MaybeLarge, char? MaybeLetter, Half? MaybeSmall,
            Point Point, Point? MaybePoint, Spot Spot, Spot[] Spots, Pair Pair, Pair? MaybePair, Color Color, (int, DateTime) Plain, (int, string) Mixed, (int A, (string B, bool C)? D) Nested,
            Uri Uri, Version Version, BigInteger Big, BitArray Bits, StringBuilder Builder, Type Type, TimeZoneInfo Zone, System.Globalization.CultureInfo Culture, Vector3 Vector, Complex Complex,
            Dictionary<byte, long> Raw, Dictionary<string, List<Item?>> Lists, ILookup<string, int> Lookup, int[,] Grid, string[,,] Cube, Lazy<string> Lazy, PriorityQueue<int, byte> Queue, PriorityQueue<string, int> Named,
            Page<Page<string>> Pages, Page<int> Ints, Page<DateTime?> Dates, Two<string> Twos, Numbers Numbers, Names Names, bool[] Bools, DateTime?[] Whens, Tuple<int, string> Tuple, ReadOnlyMemory<byte> Bytes);

        [DaemonRpc.DaemonRpc]
        public partial interface IEchoes
        {
        #ECHOES#
        }

        public static class Samples
        {
            public static readonly Node Tree = new("root", [new("a", [], new("next", [])), new("b", [new("c", [])])], null);
            public static Ring Ring() { var ring = new Ring { Name = "r" }; ring.Next = new Ring { Next = ring }; return ring; }
            public static Everything Everything() => new(
                true, 'x', (Half)1.5, Int128.MinValue, -0.0m, DateTime.MaxValue, DateTimeOffset.MinValue, DateOnly.MaxValue, TimeOnly.MaxValue, TimeSpan.MinValue, new Rune('r'), Guid.NewGuid(), -3,
                null, 7, decimal.MinValue, DateTime.UtcNow, DateTimeOffset.Now, null, TimeOnly.MinValue, null, new Rune(0x1F600), Guid.Empty, Color.Blue, (Wide)77, Int128.One, 'c', Half.NaN,
                new Point { X = 1, When = DateTime.Now }, null, new Spot { X = 1 }, [new(), new()], new(1, "p"), new Pair(2, null!), (Color)99, (1, DateTime.Now), (2, "m"), (3, ("b", true)),
                new("http://localhost/"), new(1, 2), BigInteger.Pow(3, 200), new(77), new("text"), typeof(string), TimeZoneInfo.Utc, System.Globalization.CultureInfo.InvariantCulture, new(1, 2, 3), new(1, 2),
                new() { [1] = 2, [2] = 3 }, new() { ["a"] = [new(1), null], ["b"] = null! }, new[] { 1, 22, 3 }.ToLookup(n => n.ToString(), n => n), new int[2, 3], new string[1, 2, 2], new("lazy"), new([(1, (byte)2)]), new([("q", 1)]),
                new() { Value = new() { Value = "v", Rest = ["r", null] } }, new() { Value = 1, Rest = [1, 2] }, new() { Value = DateTime.Now, Rest = [null] }, new() { First = "f" }, [1, 2], new() { ["n"] = Color.Red }, [true, false], [null, DateTime.Now], new(1, "t"), new byte[] { 1, 2 });

            public static IEnumerable<(Type Type, object? Value)> All()
            {
        #CALLS#
            }
        }
        """;

    // The type, and a value of it.
    private static readonly (string Type, string Value)[] s_samples =
    [
        ("Everything", "Samples.Everything()"), ("Everything?[]", "[Samples.Everything(), null]"), ("Node", "Samples.Tree"), ("List<Node>", "[Samples.Tree, Samples.Tree]"),
        ("Child", "new Child { A = 1, V = 2 }"), ("Ordered", "new Ordered { Second = \"x\" }"), ("Tolerant", "new Tolerant { Early = 1, Late = \"l\", More = [new(), null!] }"),
        ("Ring", "Samples.Ring()"), ("Formatted", "new Formatted { Eight = \"8ä\", Sixteen = \"16\", Map = new() { [\"k\"] = 1 }, Packed = \"packed\" }"), ("Called", "new Called { Text = \"t\" }"),
        ("IFigure", "new Circle { Radius = 1, Inner = new Dot { Name = \"d\" } }"), ("Figure", "new Square { Side = 1, Label = \"l\" }"), ("IFigure[]", "[new Dot(), null!]"),
        ("Page<Two<int>>", "new Page<Two<int>> { Value = new() { First = 1 } }"), ("Two<int>[]", "[new() { First = 1 }]"), ("Two<int>", "new Two<int> { Second = 2 }"), ("Two<string>?", "new Two<string>()"),
        ("ReadOnlyCollection<Two<int>>", "new([new() { First = 1 }, new()])"), ("ReadOnlyObservableCollection<Two<byte>>", "new([new()])"), ("ICollection<Two<int>>", "new HashSet<Two<int>> { new() }"), ("IEnumerable<Two<long>>", "new Queue<Two<long>>([new()])"),
        ("IGrouping<int, Two<int>>", "new[] { new Two<int>() }.GroupBy(_ => 1).First()"), ("ILookup<Two<int>, Two<short>>", "new[] { new Two<short>() }.ToLookup(_ => new Two<int>())"), ("Queue<Two<int>>", "new([new()])"), ("Dictionary<Two<int>, string>", "new() { [new()] = \"a\" }"),
        ("HashSet<Two<int>>", "[new()]"), ("Page<ReadOnlyCollection<Two<DateTime>>>", "new() { Value = new([new()]), Rest = [new([new() { First = DateTime.Now }])] }"), ("Lazy<Two<int>>", "new(new Two<int>())"), ("(Two<int>, string)", "(new(), \"a\")"), ("Two<Two<int>>[]", "[new()]"),
        ("Dictionary<Color, List<Point>>", "new() { [Color.Red] = [new() { X = 1 }] }"), ("(int, int, int, int, int, int, int, string, DateTime)", "(1, 2, 3, 4, 5, 6, 7, \"8\", DateTime.Now)"),
        ("Tuple<int, int, int, int, int, int, int, Tuple<string>>", "new(1, 2, 3, 4, 5, 6, 7, new(\"8\"))"), ("HashSet<string>", "[\"a\"]"), ("Queue<DateTime>", "new([DateTime.Now])"), ("Stack<string>", "new([\"a\", \"b\"])"),
        ("LinkedList<bool>", "new([true])"), ("SortedSet<int>", "[1]"), ("ObservableCollection<string>", "[\"a\"]"), ("ReadOnlyCollection<int>", "new([1])"), ("ConcurrentQueue<string>", "new([\"a\"])"), ("ConcurrentBag<int>", "[1]"),
        ("ConcurrentDictionary<string, int>", "new([new(\"a\", 1)])"), ("SortedDictionary<string, int>", "new() { [\"a\"] = 1 }"), ("SortedList<int, DateTime>", "new() { [1] = DateTime.Now }"),
        ("FrozenDictionary<string, int>", "new Dictionary<string, int> { [\"a\"] = 1 }.ToFrozenDictionary()"), ("FrozenSet<string>", "new[] { \"a\" }.ToFrozenSet()"), ("ImmutableArray<string>", "[\"a\"]"), ("ImmutableList<Item>", "[new(1)]"),
        ("ImmutableQueue<string>", "ImmutableQueue.Create(\"a\", \"b\")"), ("ImmutableStack<int>", "ImmutableStack.Create(1, 2)"), ("ImmutableDictionary<int, int>", "ImmutableDictionary<int, int>.Empty.Add(1, 2)"),
        ("ImmutableSortedDictionary<string, int>", "ImmutableSortedDictionary<string, int>.Empty.Add(\"a\", 2)"), ("ImmutableSortedSet<string>", "[\"a\"]"), ("ImmutableHashSet<string>", "[\"a\"]"), ("IImmutableList<string>", "ImmutableList.Create(\"a\")"),
        ("IEnumerable<string>", "new[] { \"a\", \"b\" }.Where(s => s.Length > 0)"), ("ICollection<int>", "new List<int> { 1 }"), ("IReadOnlyList<Item>", "new[] { new Item(1) }"), ("ISet<string>", "new HashSet<string> { \"a\" }"),
        ("IReadOnlyDictionary<string, bool>", "new Dictionary<string, bool> { [\"a\"] = true }"), ("ILookup<int, string>", "new[] { \"a\" }.ToLookup(s => 1)"), ("IGrouping<string, int>", "new[] { 1 }.GroupBy(n => \"k\").First()"),
        ("ArraySegment<int>", "new([1, 2])"), ("Memory<DateTime>", "new DateTime[] { DateTime.Now }"), ("ReadOnlySequence<byte>", "new(new byte[] { 1 })"), ("KeyValuePair<string, int>", "new(\"a\", 1)"), ("Lazy<Item>", "new(new Item(1))"),
        ("ValueTuple<string>", "new(\"a\")"), ("(int, string)?", "(1, \"a\")"), ("Pair?", "null"), ("Uri", "new(\"x\", UriKind.Relative)"), ("Type", "typeof(int)"), ("Version", "new(1, 2, 3)"), ("BigInteger", "BigInteger.One"),
        ("byte[]", "[1, 2]"), ("byte[][]", "[[1], null!]"), ("int?[]", "[1, null]"), ("decimal[]", "[1.5m]"), ("Item[,,,]", "new Item[1, 1, 1, 1]"), ("Numbers", "[1]"), ("Names", "new() { [\"a\"] = Color.Red }"), ("List<(int, DateTime)>", "[(1, DateTime.Now)]"),
    ];

    // What somebody else's code writes, or MemoryPack compresses; Page has a member of a type that MemoryPack writes in two ways.
    private static readonly string[] s_unguarded = ["Called", "Formatted", "Page`1"];

    [Fact]
    public void Walk_through_an_honest_value_ends_where_MemoryPack_ends()
    {
        Assembly assembly = TestCompilation.Load(Source
            .Replace("#ECHOES#", Lines(static (type, index) => $"    Task<{type}> M{index}({type} value);"), StringComparison.Ordinal)
            .Replace("#CALLS#", Lines((type, index) => $"{type} v{index} = {s_samples[index].Value}; yield return (typeof({type.TrimEnd('?')}{(IsStructure(type) ? "?" : "")}), v{index});"), StringComparison.Ordinal));
        PropertyInfo contract = assembly.GetType("EchoesDaemon+Contract", throwOnError: true)!.GetProperty("Description", BindingFlags.Static | BindingFlags.NonPublic)!;
        Assert.NotNull(Assert.IsType<DaemonContract>(contract.GetValue(null)).DescribeValues);
        MethodInfo walk = typeof(ValueShapesTests).GetMethod(nameof(Walk), BindingFlags.Static | BindingFlags.NonPublic)!;

        List<string> wrong = [];
        foreach ((Type type, object? value) in (IEnumerable<(Type, object?)>)assembly.GetType("Samples", throwOnError: true)!.GetMethod("All")!.Invoke(null, null)!)
        {
            if (walk.MakeGenericMethod(type).Invoke(null, [value]) is string complaint)
            {
                wrong.Add($"{type}: {complaint}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static string? Walk<T>(T value)
    {
        try
        {
            return WhatIsWrong(value);
        }
        catch (DaemonProtocolException exception)
        {
            return exception.Message;
        }
    }

    private static string? WhatIsWrong<T>(T value)
    {
        var output = new ArrayBufferWriter<byte>();
        Value.Write(output, value, "value");
        byte[] bytes = [.. output.WrittenSpan, 9, 9, 9];
        T? read = default;
        int size = Value.Read(bytes, ref read, "value");
        int measured = ValueShapes.Check<T>(bytes);
        bool mayBeUnguarded = !RuntimeHelpers.IsReferenceOrContainsReferences<T>() || s_unguarded.Contains(typeof(T).Name) || IsWrittenInTwoWays(typeof(T));
        return size != output.WrittenCount ? $"{size} of {output.WrittenCount} bytes were read."
            : measured == size || (measured < 0 && mayBeUnguarded) ? null
            : $"The walk took {measured} bytes instead of {size}.";
    }

    // MemoryPack has a serialiser for such a structure, and copies its bytes in an array.
    private static bool IsWrittenInTwoWays(Type type) =>
        (type.Name == "Two`1" && type.GenericTypeArguments[0].IsValueType)
        || type.GenericTypeArguments.Any(IsWrittenInTwoWays)
        || (type.HasElementType && IsWrittenInTwoWays(type.GetElementType()!));

    private static bool IsStructure(string type) => type is "Pair?" or "Two<string>?" or "(int, string)?";

    private static string Lines(Func<string, int, string> line) => string.Join("\n", s_samples.Select((sample, index) => line(sample.Type, index)));
}
