using System.Buffers;
using System.Buffers.Binary;

namespace DaemonRpc.Framing;

/// <summary>The contents of a large byte array, sent unchanged after a frame's payload.</summary>
/// <remarks>
/// An attachment is sent from the user's array and received into the array that the user gets, without copying. In the
/// payload a mark stands in place of the array's length. A frame has at most one attachment.
/// </remarks>
internal static class Attachment
{
    /// <summary>The smallest attachment, in bytes; smaller arrays are copied into the payload, which is faster.</summary>
    public const int LeastSize = 32 * 1024;

    // Stands where an array's length would; -1 there means null.
    private const int Mark = -2;

    /// <summary>Makes the array the attachment of the frame being written, if it is large enough and the frame has none yet.</summary>
    public static bool TryWrite(IBufferWriter<byte> output, byte[]? bytes)
    {
        if (bytes is not { Length: >= LeastSize } || output is not ICarriesAttachment carrier || !carrier.TryAttach(bytes))
        {
            return false;
        }

        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), Mark);
        output.Advance(sizeof(int));
        return true;
    }

    /// <summary>Takes the frame's attachment, if the next value is its mark.</summary>
    /// <param name="bytes">The payload from the next value on.</param>
    /// <param name="attachment">The frame's attachment; set to null when taken.</param>
    /// <param name="value">The taken attachment, or null.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref byte[]? attachment, out byte[]? value)
    {
        value = null;
        if (attachment is null || bytes.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(bytes) != Mark)
        {
            return false;
        }

        (value, attachment) = (attachment, null);
        return true;
    }
}

/// <summary>A buffer that can carry an attachment.</summary>
internal interface ICarriesAttachment
{
    /// <summary>Attaches the array. Returns false if the buffer already has an attachment.</summary>
    bool TryAttach(byte[] attachment);
}
