using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DaemonRpc.Protocol;

/// <summary>Writes a message as a list of fields, so that every build can read the fields it knows and skip the rest.</summary>
/// <remarks>
/// <code>
/// uint8   field number
/// uint32  length, little endian
/// bytes   the value: integers as 8 bytes little endian, text as UTF-8, or a message of such fields
/// </code>
/// Null values are omitted.
/// </remarks>
internal readonly struct FieldWriter(IBufferWriter<byte> output)
{
    private const int HeaderSize = 5;

    public void Write(byte field, long value)
    {
        Span<byte> span = output.GetSpan(HeaderSize + sizeof(long));
        span[0] = field;
        BinaryPrimitives.WriteInt32LittleEndian(span[1..], sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(span[HeaderSize..], value);
        output.Advance(HeaderSize + sizeof(long));
    }

    public void Write(byte field, string? value)
    {
        if (value is null)
        {
            return;
        }

        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> span = output.GetSpan(HeaderSize + most);
        int length = Encoding.UTF8.GetBytes(value, span[HeaderSize..]);
        span[0] = field;
        BinaryPrimitives.WriteInt32LittleEndian(span[1..], length);
        output.Advance(HeaderSize + length);
    }

    public void Write(byte field, ReadOnlySpan<byte> value)
    {
        Span<byte> span = output.GetSpan(HeaderSize + value.Length);
        span[0] = field;
        BinaryPrimitives.WriteInt32LittleEndian(span[1..], value.Length);
        value.CopyTo(span[HeaderSize..]);
        output.Advance(HeaderSize + value.Length);
    }

    public void Write(byte field, double? value)
    {
        if (value is { } number)
        {
            Write(field, BitConverter.DoubleToInt64Bits(number));
        }
    }
}
