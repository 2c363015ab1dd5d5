using System.Buffers;
using CsCheck;
using DaemonRpc.Calls;
using DaemonRpc.Framing;
using DaemonRpc.Serialization;
using MemoryPack;

namespace DaemonRpc.Runtime.Tests.Serialization;

/// <summary>Values as they travel: MemoryPack's bytes, whoever writes them.</summary>
public sealed class ValueTests
{
    [Fact]
    public void Bytes_are_MemoryPacks()
    {
        Gen.Int.Sample(Same);
        Gen.Long.Sample(Same);
        Gen.Double.Sample(Same);
        Gen.Bool.Sample(Same);
        Gen.Char.Sample(Same);
        Gen.Decimal.Sample(Same);
        Gen.Guid.Sample(Same);
        Gen.DateTime.Sample(Same);
        Gen.DateTimeOffset.Sample(Same);
        Gen.TimeSpan.Sample(Same);
        Gen.Int.Nullable().Sample(Same);
        Gen.Select(Gen.Int, Gen.Byte).Sample(Same);
        Gen.Enum<DayOfWeek>().Sample(Same);
        Gen.String.Sample(Same);
        Gen.Int.Array.Sample(Same);
        Gen.Byte.Array.Sample(Same);
        Gen.Bool.Array.Sample(Same);
        Gen.Char.Array.Sample(Same);
        Gen.Double.Array.Sample(Same);
        Same<long[]?>(null);
        Gen.String.Array.Sample(Same);
        Gen.DateTime.Array.Sample(Same);
    }

    [Fact]
    public void Too_few_bytes_are_no_value()
    {
        DaemonProtocolException failure = Assert.Throws<DaemonProtocolException>(() =>
        {
            long value = 0;
            _ = Value.Read(new byte[7], ref value, "argument", 2, "Sum");
        });
        Assert.Contains("argument 2 of Sum", failure.Message, StringComparison.Ordinal);
        Assert.Contains("8 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_that_no_array_can_hold_names_the_limit_of_frames()
    {
        var output = new ArgumentBuffer();
        output.Advance(int.MaxValue - 1000);

        DaemonProtocolException failure = Assert.Throws<DaemonProtocolException>(() => Value.Write(output, new int[250], "argument", 2, "Sum"));

        Assert.Equal(
            "The argument 2 of Sum, of type System.Int32[], is too large to be sent. No frame can have as many bytes, whatever DaemonOptions.MaxFrameBytes is.",
            failure.Message);
    }

    [Fact]
    public void Array_of_more_than_2_GB_names_the_limit_of_frames()
    {
        Assert.SkipUnless(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > 4L << 30, "There is not enough memory.");

        // Only the addresses are taken: no page of it is touched.
        long[] numbers = GC.AllocateUninitializedArray<long>(1 << 28);

        DaemonProtocolException failure = Assert.Throws<DaemonProtocolException>(() => Value.Write(new ArrayBufferWriter<byte>(), numbers, "argument", 1, "Sum"));

        Assert.Contains("is too large to be sent", failure.Message, StringComparison.Ordinal);
        Assert.Contains("MaxFrameBytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void String_too_long_for_MemoryPack_names_the_limit_of_frames()
    {
        TextValue.CheckLength(TextValue.Longest);

        TooLargeException failure = Assert.Throws<TooLargeException>(() => TextValue.CheckLength(TextValue.Longest + 1));

        Assert.Equal("It has 715827861 UTF-16 units; 715827860 may be sent, and no more bytes than DaemonOptions.MaxFrameBytes.", failure.Message);
    }

    [Fact]
    public void Value_that_is_nested_too_deeply_to_be_written_is_told_how_deep_it_may_be()
    {
        Chain? chain = null;
        for (int depth = 0; depth < 1500; depth++)
        {
            chain = new Chain { Next = chain };
        }

        DaemonProtocolException failure = Assert.Throws<DaemonProtocolException>(() => Value.Write(new ArrayBufferWriter<byte>(), chain, "result"));

        Assert.Equal(
            $"The result, of type {typeof(Chain)}, is nested too deeply to be sent: objects may lie {ValueWalk.MostDepth} deep in objects, and none in itself.",
            failure.Message);
    }

    [Fact]
    public void Type_without_a_serialiser_is_told_how_to_get_one()
    {
        DaemonProtocolException failure = Assert.Throws<DaemonProtocolException>(() => Value.Write(new ArrayBufferWriter<byte>(), new Unknown(), "result"));

        Assert.EndsWith(" Mark the type [MemoryPackable], or register a formatter.", failure.Message, StringComparison.Ordinal);
    }

    private sealed record Unknown;

    private static void Same<T>(T value)
    {
        var output = new ArrayBufferWriter<byte>();
        Value.Write(output, value, "result");
        Assert.Equal(MemoryPackSerializer.Serialize(value), output.WrittenSpan);

        T? read = default;
        Assert.Equal(output.WrittenCount, Value.Read([.. output.WrittenSpan, 1, 2], ref read, "result"));
        Assert.Equal(value, read);
    }
}

[MemoryPackable]
internal sealed partial class Chain
{
    public Chain? Next { get; init; }
}
