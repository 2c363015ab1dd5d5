using System.Buffers.Binary;
using DaemonRpc.Framing;

namespace DaemonRpc.Protocol;

/// <summary>The number of an ask, with which every message about it begins.</summary>
internal static class AskNumber
{
    /// <summary>Creates a frame that begins with the number.</summary>
    public static FrameBuffer Begin(uint number)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        BinaryPrimitives.WriteUInt32LittleEndian(frame.GetSpan(sizeof(uint)), number);
        frame.Advance(sizeof(uint));
        return frame;
    }

    /// <summary>Reads the number, and returns what follows it.</summary>
    /// <exception cref="DaemonProtocolException">The bytes end within the number.</exception>
    public static uint Read(ReadOnlySpan<byte> bytes, FrameKind kind, out ReadOnlySpan<byte> rest)
    {
        if (bytes.Length < sizeof(uint))
        {
            throw new DaemonProtocolException($"A frame of the kind {kind} ends within a number of 4 bytes.");
        }

        rest = bytes[sizeof(uint)..];
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
