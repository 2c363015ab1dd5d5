using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;
using CsCheck;
using DaemonRpc.Serialization;
using MemoryPack;

namespace DaemonRpc.Runtime.Tests.Serialization.Forged;

/// <summary>The walk through a value's bytes that is made before MemoryPack reads them: as long as the value, or refused.</summary>
public sealed class ForgedShapeTests
{
    [Fact]
    public void Honest_values_are_as_long_as_the_walk_through_them()
    {
        Walked("{ 4 string decimal DateTime? }", new Mixed(1, "ä", -0.0m, DateTime.MaxValue));
        Walked("{ 4 string decimal DateTime? }", (Mixed?)null);
        Walked("[ string", new List<string?> { "a", null, "", "€uro" });
        Walked("[ string", (string?[]?)null);
        Walked("[ 8", new long[] { 1, 2, 3 });
        Walked("[ bool", new[] { true, false });
        Walked("[ ( string 4 )", new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 });
        Walked("[ $0", new Dictionary<byte, long> { [1] = 1, [2] = 2 }, Unsafe.SizeOf<KeyValuePair<byte, long>>());
        Walked("( 4 ( string ?8 ) )", (1, ("b", (int?)null)));
        Walked("{ 4 string }", Tuple.Create(1, "b"));
        Walked("[, 4", new int[2, 3]);
        Walked("[,, string", new string[1, 2, 2]);
        Walked("[, 4", new int[0, 5]);
        Walked("{ 4 4 4 4 }", new Version(1, 2));
        Walked("[ 1", BigInteger.Pow(3, 200));
        Walked("bits", new BitArray(77));
        Walked("[ 2", new System.Text.StringBuilder("text"));
        Walked("[ { string }", new Page<string>?[] { new() { Value = "x" }, null });
        Walked("| 0 { 4 } 300 { string } |", (IFigure?)new Named { Name = "n" });
        Walked("| 0 { 4 } 300 { string } |", (IFigure?)new Round { Radius = 3 });
        Walked("| 0 { 4 } 300 { string } |", (IFigure?)null);
        Walked("< 4 _ string >", new Tolerated { First = 1, Third = "three" });
        Walked("{ string #0 }", new Chain("a", new Chain("b", null)));
        Walked("@ #0 [ #0 @", Ring());
    }

    [Fact]
    public void Objects_within_objects_end_at_a_depth_that_no_stack_minds()
    {
        byte[] deep = new byte[ValueWalk.MostDepth + 2];
        Array.Fill(deep, (byte)1);
        deep[^1] = 255;

        _ = Assert.Throws<MemoryPackSerializationException>(() => Measure("{ #0 }", deep));
        Assert.Equal(deep.Length - 1, Measure("{ #0 }", deep[1..]));
    }

    [Theory]
    [InlineData("[ 16", 0, 0, 0, 8)]
    [InlineData("[ 16", 254, 255, 255, 255)]
    [InlineData("[ string", 3, 0, 0, 0)]
    [InlineData("[ #0", 255, 255, 255, 127)]
    [InlineData("[ *", 20, 0, 0, 0)]
    [InlineData("string", 0, 0, 0, 128)]
    [InlineData("{ string }", 1, 3, 0, 0, 128)]
    [InlineData("{ 4 4 }", 0, 1, 2, 3, 4)]
    [InlineData("{ 4 4 }", 3, 1, 2, 3, 4)]
    [InlineData("| 0 4 |", 1)]
    [InlineData("< 4 >", 1, 255, 1, 2, 3, 4)]
    [InlineData("< 4 >", 2, 4, 130, 0, 0, 0, 128)]
    [InlineData("< >", 1, 100)]
    [InlineData("[, 1", 3, 255, 255, 0, 0, 255, 255, 0, 0, 1, 0, 0, 0)]
    [InlineData("bits", 2, 255, 255, 255, 127, 0, 0, 0, 0)]
    [InlineData("[ bool", 1, 0, 0, 0, 2)]
    [InlineData("?8", 2, 0, 0, 0, 0, 0, 0, 0)]
    public void Lengths_that_nothing_backs_are_refused(string shape, params int[] forged) =>
        Assert.Throws<MemoryPackSerializationException>(() => Measure(shape, [.. forged.Select(number => (byte)number), 0, 0, 0, 0, 0, 0, 0]));

    [Fact]
    public void Walk_through_an_honest_value_allocates_nothing()
    {
        byte[] bytes = MemoryPackSerializer.Serialize(new Dictionary<string, Mixed> { ["a"] = new(1, "ä", 1m, DateTime.Now), ["b"] = new(2, "", 2m, null) });
        ValueShape shape = ValueShapeReader.Read("[ ( string { 4 string decimal DateTime? } )")[0];
        _ = ValueWalk.Measure(bytes, shape);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int size = ValueWalk.Measure(bytes, shape);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(bytes.Length, size);
    }

    [Fact]
    public void Nothing_is_told_of_what_somebody_elses_code_wrote()
    {
        Assert.Equal(-1, Measure("{ 4 * string }", [3, 1, 2, 3, 4, 5]));
        _ = Assert.Throws<MemoryPackSerializationException>(() => Measure("{ string * }", [2, 0, 0, 0, 128]));
    }

    [Theory]
    [InlineData("{ 4 string decimal DateTime? [ #0 }")]
    [InlineData("[ < bool _ string [ #0 >")]
    [InlineData("[ | 0 { [, bool } 1 ( Rune string ) 250 @ [ #0 bits @ |")]
    public void Any_bytes_are_refused_or_walked_through(string shape) => Gen.OneOf(Gen.Byte, Gen.Byte[0, 4], Gen.Byte[250, 255]).Array[0, 100].Sample(bytes =>
    {
        try
        {
            Assert.InRange(Measure(shape, bytes), 1, bytes.Length);
        }
        catch (MemoryPackSerializationException)
        {
        }
    });

    [Fact]
    public void Sizes_of_structures_are_the_frameworks()
    {
        Sized<DateTime>("DateTime");
        Sized<DateTimeOffset>("DateTimeOffset");
        Sized<DateOnly>("DateOnly");
        Sized<TimeOnly>("TimeOnly");
        Sized<decimal>("decimal");
        Sized<System.Text.Rune>("Rune");
        Sized<bool?>("bool?");
        Sized<DateTime?>("DateTime?");
        Sized<DateTimeOffset?>("DateTimeOffset?");
        Sized<DateOnly?>("DateOnly?");
        Sized<TimeOnly?>("TimeOnly?");
        Sized<decimal?>("decimal?");
        Sized<System.Text.Rune?>("Rune?");
    }

    private static void Sized<T>(string shape) => Assert.Equal(Unsafe.SizeOf<T>(), ValueShapeReader.Read(shape)[0].Size);

    private static void Walked<T>(string shape, T value, params int[] sizes)
    {
        byte[] bytes = MemoryPackSerializer.Serialize(value);
        ValueShape read = ValueShapeReader.Read(shape, sizes)[0];
        Assert.Equal(bytes.Length, ValueWalk.Measure([.. bytes, 9, 9, 9], read));
        if (bytes.Length > 0)
        {
            _ = Assert.Throws<MemoryPackSerializationException>(() => ValueWalk.Measure(bytes.AsSpan(0, bytes.Length - 1), read));
        }
    }

    private static int Measure(string shape, byte[] bytes) => ValueWalk.Measure(bytes, ValueShapeReader.Read(shape)[0]);

    private static Ringed Ring()
    {
        var ring = new Ringed();
        ring.Next = ring;
        ring.Others = [ring, new Ringed()];
        return ring;
    }
}

[MemoryPackable]
internal sealed partial record Mixed(int Number, string Text, decimal Price, DateTime? When);

[MemoryPackable]
internal sealed partial record Chain(string Name, Chain? Next);

[MemoryPackable]
internal sealed partial class Page<T>
{
    public T? Value { get; set; }
}

[MemoryPackable]
[MemoryPackUnion(0, typeof(Round))]
[MemoryPackUnion(300, typeof(Named))]
internal partial interface IFigure;

[MemoryPackable]
internal sealed partial class Round : IFigure
{
    public int Radius { get; set; }
}

[MemoryPackable]
internal sealed partial class Named : IFigure
{
    public string? Name { get; set; }
}

[MemoryPackable(GenerateType.VersionTolerant)]
internal sealed partial class Tolerated
{
    [MemoryPackOrder(0)]
    public int First { get; set; }

    [MemoryPackOrder(2)]
    public string? Third { get; set; }
}

[MemoryPackable(GenerateType.CircularReference)]
internal sealed partial class Ringed
{
    [MemoryPackOrder(0)]
    public Ringed? Next { get; set; }

    [MemoryPackOrder(1)]
    public List<Ringed>? Others { get; set; }
}
