using System.Buffers.Binary;
using System.Text;

namespace DaemonRpc.Protocol;

/// <summary>Reads the fields that <see cref="FieldWriter"/> wrote.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> message)
{
    private const int HeaderSize = 5;

    private readonly int _length = message.Length;
    private ReadOnlySpan<byte> _rest = message;
    private ReadOnlySpan<byte> _value;

    /// <summary>The number of the current field.</summary>
    public byte Field { get; private set; }

    /// <summary>The offset in the message at which the current field's header begins.</summary>
    public readonly int Start => End - _value.Length - HeaderSize;

    /// <summary>The offset in the message at which the current field ends.</summary>
    public readonly int End => _length - _rest.Length;

    /// <summary>Moves to the next field. Returns false at the end of the message.</summary>
    /// <exception cref="DaemonProtocolException">The message is cut short.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (_rest.Length < HeaderSize)
        {
            throw new DaemonProtocolException("A message ends inside a field's header.");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(_rest[1..]);
        if (length > _rest.Length - HeaderSize)
        {
            throw new DaemonProtocolException($"A field announces {length} bytes; the message has {_rest.Length - HeaderSize} left.");
        }

        Field = _rest[0];
        _value = _rest.Slice(HeaderSize, (int)length);
        _rest = _rest[(HeaderSize + (int)length)..];
        return true;
    }

    public readonly long Integer() => _value.Length == sizeof(long)
        ? BinaryPrimitives.ReadInt64LittleEndian(_value)
        : throw new DaemonProtocolException($"Field {Field} has {_value.Length} bytes; a number has 8.");

    public readonly int Int32() => unchecked((int)Integer());

    public readonly double Double() => BitConverter.Int64BitsToDouble(Integer());

    public readonly ReadOnlySpan<byte> Bytes() => _value;

    public readonly string Text() => Encoding.UTF8.GetString(_value);

    /// <summary>Reads a text. Returns the known string itself if the text equals it and is ASCII, which saves an allocation.</summary>
    public readonly string Text(string? known) => known is not null && Ascii.Equals(_value, known) ? known : Text();
}
