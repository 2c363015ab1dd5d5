using System.Reflection;
using DaemonRpc.Generators.Tests.Infrastructure;
using MemoryPack;

namespace DaemonRpc.Generators.Tests.Emission;

/// <summary>
/// The serialisers that generated code names. Under Native AOT there are no others, so whatever a contract mentions, down
/// to the last type argument, must be registered once its description exists.
/// </summary>
public sealed class RootsTests
{
    private const string Source = """
        using System;
        using System.Buffers;
        using System.Collections.Concurrent;
        using System.Collections.Frozen;
        using System.Collections.Generic;
        using System.Collections.Immutable;
        using System.Collections.ObjectModel;
        using System.Linq;
        using System.Threading.Tasks;
        using MemoryPack;

        public enum Color : byte { Red }
        public struct Point { public int X; public byte Y; }
        [MemoryPackable] public partial record Item(int Id);
        [MemoryPackable] public partial record struct Pair(int Left, string Right);
        [MemoryPackable] public partial class Page<T> { public T? Value { get; set; } }
        [MemoryPackable(GenerateType.Collection)] public partial class Numbers : List<int>;
        [MemoryPackable, MemoryPackUnion(0, typeof(Circle))] public partial interface IFigure;
        [MemoryPackable] public partial class Circle : IFigure { public int Radius { get; set; } }
        [MemoryPackable, MemoryPackUnion(0, typeof(Square))] public abstract partial class Figure;
        [MemoryPackable] public partial class Square : Figure { public int Side { get; set; } }

        [DaemonRpc.DaemonRpc]
        public partial interface IRoots
        {
            Task M0(Item[] value);
            Task M1(Point[] value);
            Task M2(Color[] value);
            Task M3(int[][] value);
            Task M4(string[][] value);
            Task M5(byte[] value);
            Task M6(int? value);
            Task M7(Color? value);
            Task M8(Point? value);
            Task M9(Pair? value);
            Task M10(int[,] value);
            Task M11(string[,,] value);
            Task M12(Item[,,,] value);
            Task M13(List<string> value);
            Task M14(List<Item> value);
            Task M15(List<Pair> value);
            Task M16(List<IFigure> value);
            Task M17(List<Figure> value);
            Task M18(List<Page<Item>> value);
            Task M19(List<Color> value);
            Task M20(List<Point> value);
            Task M21(List<int?> value);
            Task M22(int?[] value);
            Task M23(List<string[]> value);
            Task M24(List<(string, int)> value);
            Task M25(List<List<string>> value);
            Task M26(Dictionary<Color, List<Point>> value);
            Task M27(HashSet<string> value);
            Task M28(Queue<int> value);
            Task M29(Stack<int> value);
            Task M30(LinkedList<int> value);
            Task M31(SortedSet<int> value);
            Task M32(PriorityQueue<string, int> value);
            Task M33(ObservableCollection<int> value);
            Task M34(Collection<int> value);
            Task M35(ReadOnlyCollection<int> value);
            Task M36(ReadOnlyObservableCollection<int> value);
            Task M37(ConcurrentQueue<int> value);
            Task M38(ConcurrentStack<int> value);
            Task M39(ConcurrentBag<int> value);
            Task M40(ConcurrentDictionary<string, int> value);
            Task M41(BlockingCollection<int> value);
            Task M42(SortedDictionary<string, int> value);
            Task M43(SortedList<string, int> value);
            Task M44(FrozenDictionary<string, int> value);
            Task M45(FrozenSet<string> value);
            Task M46(ImmutableArray<string> value);
            Task M47(ImmutableList<string> value);
            Task M48(ImmutableQueue<string> value);
            Task M49(ImmutableStack<string> value);
            Task M50(ImmutableDictionary<string, int> value);
            Task M51(ImmutableSortedDictionary<string, int> value);
            Task M52(ImmutableSortedSet<string> value);
            Task M53(ImmutableHashSet<string> value);
            Task M54(IImmutableList<string> value);
            Task M55(IImmutableQueue<string> value);
            Task M56(IImmutableStack<string> value);
            Task M57(IImmutableDictionary<string, int> value);
            Task M58(IImmutableSet<string> value);
            Task M59(IEnumerable<string> value);
            Task M60(ICollection<string> value);
            Task M61(IReadOnlyCollection<string> value);
            Task M62(IList<string> value);
            Task M63(IReadOnlyList<string> value);
            Task M64(IDictionary<string, int> value);
            Task M65(IReadOnlyDictionary<string, int> value);
            Task M66(ISet<string> value);
            Task M67(IReadOnlySet<string> value);
            Task M68(ILookup<string, int> value);
            Task M69(IGrouping<string, int> value);
            Task M70(ArraySegment<int> value);
            Task M71(Memory<int> value);
            Task M72(ReadOnlyMemory<byte> value);
            Task M73(ReadOnlySequence<byte> value);
            Task M74(KeyValuePair<string, int> value);
            Task M75(Lazy<string> value);
            Task M76(Tuple<string> value);
            Task M77(Tuple<string, int> value);
            Task M78(Tuple<int, int, int, int, int, int, int, Tuple<string>> value);
            Task M79(ValueTuple<string> value);
            Task M80((int, string) value);
            Task M81((int, int)? value);
            Task M82((int, int, int, int, int, int, int, string, int) value);
            Task M83(Item value);
            Task M84(Pair value);
            Task M85(Point value);
            Task M86(Color value);
            Task M87(IFigure value);
            Task M88(Figure value);
            Task M89(Page<int> value);
            Task M90(Page<List<string>> value);
            Task M91(Numbers value);
            Task M92(nint value);
            Task M93(Guid value);
            Task M94(Uri value);
            Task M95(Type value);
            Task M96(Int128 value);
            Task M97(Version value);
        }
        """;

    [Fact]
    public void Everything_that_a_contract_mentions_is_registered()
    {
        Assembly assembly = TestCompilation.Load(Source);
        PropertyInfo contract = assembly.GetType("RootsDaemon+Contract", throwOnError: true)!
            .GetProperty("Description", BindingFlags.Static | BindingFlags.NonPublic)!;
        Action? register = Assert.IsType<DaemonRpc.CodeGen.DaemonContract>(contract.GetValue(null)).RegisterFormatters;
        Assert.NotNull(register);
        register();

        Type[] missing =
        [
            .. assembly.GetType("IRoots", throwOnError: true)!.GetMethods()
                .SelectMany(static method => WithParts(method.GetParameters()[0].ParameterType))
                .Distinct()
                .Where(static type => !IsRegistered(type)),
        ];

        Assert.Empty(missing);
    }

    private static IEnumerable<Type> WithParts(Type type)
    {
        Type[] parts = type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments();
        return [type, .. parts.SelectMany(WithParts)];
    }

    private static bool IsRegistered(Type type) => (bool)typeof(MemoryPackFormatterProvider)
        .GetMethod(nameof(MemoryPackFormatterProvider.IsRegistered))!
        .MakeGenericMethod(type)
        .Invoke(null, null)!;
}
