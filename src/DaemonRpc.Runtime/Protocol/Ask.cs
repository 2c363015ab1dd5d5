using System.Buffers.Binary;
using DaemonRpc.Framing;

namespace DaemonRpc.Protocol;

/// <summary>What a handler asks of its caller while the call runs: the items of a stream that the caller passed.</summary>
/// <remarks>
/// <code>
/// uint32  the ask's number: 1 for the first of a call, then ascending
/// uint16  the position among the call's arguments of the object that is asked
/// bytes   the chain of calls within which the caller's code answers: uint8 count, then for each link int64 incarnation, int64 number
/// uint32  how many bytes of items may be sent at once
/// </code>
/// </remarks>
/// <param name="Number">The ask's number within the call.</param>
/// <param name="Argument">The position of the asked object among the call's arguments.</param>
/// <param name="Chain">The tasks that wait for the answer.</param>
/// <param name="Credit">How many bytes of items may be sent.</param>
internal readonly record struct Ask(uint Number, ushort Argument, CallChain Chain, uint Credit)
{
    private const int ChainStart = sizeof(uint) + sizeof(ushort);

    public FrameBuffer ToFrame()
    {
        FrameBuffer frame = FrameBuffer.Rent();
        Span<byte> bytes = frame.GetSpan(ChainStart + Chain.Size + sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Number);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[sizeof(uint)..], Argument);
        Chain.Write(bytes[ChainStart..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(ChainStart + Chain.Size)..], Credit);
        frame.Advance(ChainStart + Chain.Size + sizeof(uint));
        return frame;
    }

    /// <exception cref="DaemonProtocolException">The bytes end too early.</exception>
    public static Ask Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < ChainStart)
        {
            throw new DaemonProtocolException($"An ask has {bytes.Length} bytes instead of at least {ChainStart}.");
        }

        var chain = CallChain.Read(bytes[ChainStart..]);
        return new Ask(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[sizeof(uint)..]),
            chain,
            AskNumber.Read(bytes[(ChainStart + chain.Size)..], FrameKind.Ask, out _));
    }
}

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
