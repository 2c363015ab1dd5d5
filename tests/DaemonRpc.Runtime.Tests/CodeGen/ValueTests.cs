using System.Buffers;
using CsCheck;
using DaemonRpc.CodeGen;
using MemoryPack;

namespace DaemonRpc.Runtime.Tests.CodeGen;

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
