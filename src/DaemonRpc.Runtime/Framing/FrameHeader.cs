using System.Buffers.Binary;

namespace DaemonRpc.Framing;

/// <summary>The nine bytes in front of every payload.</summary>
/// <remarks>
/// <code>
/// uint32  payload length, little endian
/// uint8   frame kind
/// uint32  call id, little endian; 0 where no call is meant
/// </code>
/// </remarks>
internal readonly record struct FrameHeader(FrameKind Kind, uint CallId, int PayloadLength)
{
    public const int Size = 9;

    public static FrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return new FrameHeader(
            (FrameKind)bytes[4],
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[5..]),
            // What does not fit an int is over every limit; the reader refuses it.
            length > int.MaxValue ? int.MaxValue : (int)length);
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)PayloadLength);
        bytes[4] = (byte)Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[5..], CallId);
    }
}
