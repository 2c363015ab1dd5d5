using System.Buffers.Binary;

namespace DaemonRpc.Benchmarks.Bare;

/// <summary>What is asked of the echo daemon: what to do, and with how many bytes.</summary>
internal readonly record struct EchoMessage(EchoMessage.Kind What, int Amount)
{
    /// <summary>As long as the frame that DaemonRpc sends for the smallest call.</summary>
    public const int Size = 43;

    internal enum Kind : byte
    {
        /// <summary>Send back this message and the bytes that follow it.</summary>
        Echo,

        /// <summary>Send so many bytes, a piece at a time.</summary>
        Send,

        /// <summary>Take so many bytes, then send back this message.</summary>
        Take,
    }

    public static EchoMessage Read(ReadOnlySpan<byte> bytes) => new((Kind)bytes[0], BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]));

    public void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)What;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], Amount);
    }
}
