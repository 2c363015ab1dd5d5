using System.Buffers.Binary;

namespace DaemonRpc.Framing;

/// <summary>The nine bytes in front of every payload.</summary>
/// <remarks>
/// <code>
/// uint32  payload length, little endian
/// uint8   frame kind; in a request, a result and items the highest bit means that the payload ends with an attachment
/// uint32  call id, little endian; 0 if the frame concerns no call
/// </code>
/// </remarks>
internal readonly record struct FrameHeader(FrameKind Kind, uint CallId, int PayloadLength)
{
    public const int Size = 9;

    /// <summary>The size of the attachment's length, which precedes the payload if there is an attachment.</summary>
    public const int AttachmentLengthSize = sizeof(uint);

    private const byte AttachmentFollows = 0x80;

    /// <summary>Whether the payload ends with an attachment.</summary>
    public bool HasAttachment { get; init; }

    public static FrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var kind = (FrameKind)(bytes[4] & ~AttachmentFollows);
        bool hasAttachment = bytes[4] >= AttachmentFollows && kind is (FrameKind.Request or FrameKind.Result or FrameKind.Item or FrameKind.Ask or FrameKind.AskedItems or FrameKind.Answer);
        return new FrameHeader(
            hasAttachment ? kind : (FrameKind)bytes[4],
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[5..]),
            // A length beyond int exceeds every size limit; the reader refuses it.
            length > int.MaxValue ? int.MaxValue : (int)length)
        {
            HasAttachment = hasAttachment,
        };
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)PayloadLength);
        bytes[4] = (byte)((byte)Kind | (HasAttachment ? AttachmentFollows : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[5..], CallId);
    }
}
