using System.Buffers.Binary;

namespace DaemonRpc.Protocol;

/// <summary>What stands in front of a request's arguments. The first 16 bytes are frozen, so that any daemon can refuse a foreign build.</summary>
/// <remarks>
/// <code>
/// int64   the client's build timestamp
/// int64   the client's build fingerprint
/// uint32  method id
/// uint32  bytes of items that may be sent at once; 0 unless a stream is wanted
/// uint16  number of arguments
/// bytes   the arguments, one after another
/// </code>
/// </remarks>
internal readonly record struct RequestHeader(BuildIdentity Build, uint Method, uint Credit, ushort ArgumentCount)
{
    public const int Size = 26;

    public bool WantsStream => Credit > 0;

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Build.Timestamp);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Build.Fingerprint);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], Method);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], Credit);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[24..], ArgumentCount);
    }

    public static RequestHeader Read(ReadOnlySpan<byte> bytes) => bytes.Length < Size
        ? throw new DaemonProtocolException($"A request has {bytes.Length} bytes; its header alone has {Size}.")
        : new RequestHeader(
            new BuildIdentity(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..])),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]));
}
