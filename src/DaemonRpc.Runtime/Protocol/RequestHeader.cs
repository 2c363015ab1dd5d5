using System.Buffers.Binary;

namespace DaemonRpc.Protocol;

/// <summary>What stands in front of a request's arguments. The first 16 bytes are frozen, so that any daemon can refuse a foreign build.</summary>
/// <remarks>
/// <code>
/// int64   the client's build timestamp
/// int64   the client's build fingerprint
/// uint32  method id
/// uint32  bytes of items that may be sent at once; 0 unless a stream is wanted
/// uint16  number of arguments; the highest bit says that a chain follows
/// bytes   the chain of calls, if one follows: uint8 count, then for each link int64 birth, int64 number
/// bytes   the arguments, one after another
/// </code>
/// </remarks>
internal readonly record struct RequestHeader(BuildIdentity Build, uint Method, uint Credit, ushort ArgumentCount)
{
    // No method of C# comes near so many parameters.
    private const ushort ChainFollows = 0x8000;

    private const int FixedSize = 26;

    public bool WantsStream => Credit > 0;

    /// <summary>From within which tasks the call is made; null for nearly every call.</summary>
    public CallChain? Chain { get; init; }

    /// <summary>How many bytes it has: where the arguments begin.</summary>
    public int Size => SizeWith(Chain);

    /// <summary>How many bytes a header with that chain has.</summary>
    public static int SizeWith(CallChain? chain) => FixedSize + (chain?.Size ?? 0);

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Build.Timestamp);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Build.Fingerprint);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], Method);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], Credit);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[24..], Chain is null ? ArgumentCount : (ushort)(ArgumentCount | ChainFollows));
        Chain?.Write(bytes[FixedSize..]);
    }

    public static RequestHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedSize)
        {
            throw new DaemonProtocolException($"A request has {bytes.Length} bytes; its header alone has {FixedSize}.");
        }

        ushort count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]);
        return new RequestHeader(
            new BuildIdentity(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..])),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            (ushort)(count & ~ChainFollows))
        {
            Chain = (count & ChainFollows) != 0 ? CallChain.Read(bytes[FixedSize..]) : null,
        };
    }
}
