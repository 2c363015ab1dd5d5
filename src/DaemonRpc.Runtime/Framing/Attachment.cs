using System.Buffers;
using System.Buffers.Binary;

namespace DaemonRpc.Framing;

/// <summary>The contents of a large array of bytes, which follow a frame's payload as they are.</summary>
/// <remarks>
/// So they are sent from where they are, and received into the array that the user gets. In the payload a mark stands in
/// their place, where the array's length would stand. A frame has at most one attachment.
/// </remarks>
internal static class Attachment
{
    /// <summary>Fewer bytes are better copied.</summary>
    public const int LeastSize = 32 * 1024;

    // Where an array's length stands: -1 is null.
    private const int Mark = -2;

    /// <summary>Makes the bytes the attachment of what is being written, if that pays and there is none yet.</summary>
    public static bool TryWrite(IBufferWriter<byte> output, byte[]? bytes)
    {
        if (bytes is not { Length: >= LeastSize } || output is not ICarriesAttachment tailed || !tailed.TryAttach(bytes))
        {
            return false;
        }

        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), Mark);
        output.Advance(sizeof(int));
        return true;
    }

    /// <summary>Takes the attachment, if the mark of it stands there.</summary>
    /// <param name="bytes">The next value.</param>
    /// <param name="attachment">The attachment that came with it; null afterwards.</param>
    /// <param name="value">The attachment.</param>
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

/// <summary>What can have a attachment.</summary>
internal interface ICarriesAttachment
{
    /// <summary>Attaches it. False when there is one already.</summary>
    bool TryAttach(byte[] attachment);
}
