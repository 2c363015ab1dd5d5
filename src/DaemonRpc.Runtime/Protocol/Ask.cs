using System.Buffers.Binary;
using DaemonRpc.Framing;

namespace DaemonRpc.Protocol;

/// <summary>What a handler asks of its caller while the call runs: the items of a stream that the caller passed, or the result of its callback's method.</summary>
/// <remarks>
/// <code>
/// uint32  the ask's number: 1 for the first of a call, then ascending
/// uint16  the position among the call's arguments of the object that is asked
/// bytes   the chain of calls within which the caller's code answers: uint8 count, then for each link int64 incarnation, int64 number
/// uint32  of a stream: how many bytes of items may be sent at once; of a callback: the method's id
/// uint16  of a callback only: the number of arguments
/// bytes   of a callback only: the arguments, one after another
/// </code>
/// </remarks>
/// <param name="Number">The ask's number within the call.</param>
/// <param name="Argument">The position of the asked object among the call's arguments.</param>
/// <param name="Chain">The tasks that wait for the answer.</param>
/// <param name="CreditOrMethod">How many bytes of a stream's items may be sent, or a callback's method.</param>
internal readonly record struct Ask(uint Number, ushort Argument, CallChain Chain, uint CreditOrMethod)
{
    private const int ChainStart = sizeof(uint) + sizeof(ushort);

    /// <summary>The size in bytes, which is where the rest of a callback's ask begins.</summary>
    public int Size => ChainStart + Chain.Size + sizeof(uint);

    /// <summary>Creates a frame that begins with the ask.</summary>
    public FrameBuffer ToFrame()
    {
        FrameBuffer frame = FrameBuffer.Rent();
        Span<byte> bytes = frame.GetSpan(Size);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Number);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[sizeof(uint)..], Argument);
        Chain.Write(bytes[ChainStart..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(Size - sizeof(uint))..], CreditOrMethod);
        frame.Advance(Size);
        return frame;
    }

    /// <summary>Sets the number in a frame that begins with an ask.</summary>
    public static void SetNumber(FrameBuffer frame, uint number) => BinaryPrimitives.WriteUInt32LittleEndian(frame.Payload, number);

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
