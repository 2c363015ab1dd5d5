using System.Buffers.Binary;
using CsCheck;
using DaemonRpc.Serialization;
using MemoryPack;

namespace DaemonRpc.Runtime.Tests.Serialization.Forged;

/// <summary>Strings whose header a peer made up.</summary>
public sealed class ForgedTextTests
{
    public static TheoryData<int, int> Headers()
    {
        TheoryData<int, int> headers = [];
        foreach (int units in (int[])[int.MinValue, -1, 0, 1, int.MaxValue])
        {
            foreach (int length in (int[])[int.MinValue, int.MinValue + 1, int.MinValue + 2, int.MinValue + 3, int.MinValue + 4, int.MinValue + 5, -1000, 1000, 1 << 30, int.MaxValue])
            {
                headers.Add(length, units);
            }
        }

        return headers;
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void Header_that_promises_more_than_there_is_is_refused(int length, int units)
    {
        foreach (int following in (int[])[0, 4, 64])
        {
            Refused([.. Header(length, units), .. new byte[following]]);
        }

        Refused(Header(length, units)[..4]);
    }

    [Fact]
    public void Text_that_would_take_more_memory_than_its_bytes_is_refused() => Refused([.. Header(~3, 4), (byte)'a', (byte)'b', (byte)'c']);

    [Fact]
    public void Broken_text_is_refused_if_its_length_was_counted() => Refused([.. Header(~2, 2), 0xC3, 0x28]);

    [Fact]
    public void Any_bytes_are_refused_or_a_text() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        string? value = null;
        try
        {
            Assert.InRange(Value.Read(bytes, ref value, "argument"), sizeof(int), bytes.Length);
        }
        catch (DaemonProtocolException)
        {
        }
    });

    [Fact]
    public void Honest_text_is_as_long_as_was_measured() => Gen.OneOf(Gen.String, Gen.String[0, 300], Gen.Const("ä€😀"), Gen.Const((string)null!)).Sample(text =>
    {
        foreach (MemoryPackSerializerOptions options in (MemoryPackSerializerOptions[])[MemoryPackSerializerOptions.Utf8, MemoryPackSerializerOptions.Utf16])
        {
            byte[] bytes = MemoryPackSerializer.Serialize(text, options);
            Assert.Equal(bytes.Length, TextValue.Measure([.. bytes, 1, 2, 3]));

            string? read = "other";
            Assert.Equal(bytes.Length, Value.Read([.. bytes, 1, 2, 3], ref read, "argument"));
            Assert.Equal(MemoryPackSerializer.Deserialize<string>(bytes), read);
        }
    });

    private static void Refused(byte[] bytes)
    {
        string? value = null;
        _ = Assert.Throws<DaemonProtocolException>(() => _ = Value.Read(bytes, ref value, "argument"));
    }

    private static byte[] Header(int length, int units)
    {
        byte[] header = new byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(sizeof(int)), units);
        return header;
    }
}
