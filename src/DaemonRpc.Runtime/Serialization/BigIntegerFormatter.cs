using System.Numerics;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>
/// Serialises <c>BigInteger</c>. MemoryPack's own formatter sends numbers of fewer than 255 bytes as 0, with bytes of
/// the stack (docs/upstream/memorypack-biginteger.md).
/// </summary>
/// <remarks>
/// <code>
/// int32   number of bytes
/// bytes   two's complement, little endian
/// </code>
/// </remarks>
internal sealed class BigIntegerFormatter : MemoryPackFormatter<BigInteger>
{
    public override void Serialize<TBufferWriter>(ref MemoryPackWriter<TBufferWriter> writer, scoped ref BigInteger value) =>
        writer.WriteUnmanagedArray(value.ToByteArray());

    public override void Deserialize(ref MemoryPackReader reader, scoped ref BigInteger value) =>
        value = new BigInteger(reader.ReadUnmanagedArray<byte>() ?? []);
}
