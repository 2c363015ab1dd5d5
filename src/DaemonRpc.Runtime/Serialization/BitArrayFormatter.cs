using System.Collections;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>
/// Serialises <c>BitArray</c>. MemoryPack's own formatter corrupts memory on .NET 10, where the class has other fields (docs/upstream/memorypack-bitarray.md).
/// </summary>
/// <remarks>
/// The bytes are those of MemoryPack on .NET 9 and earlier:
/// <code>
/// uint8   2 (255 for null, and nothing more)
/// int32   number of bits
/// int32   number of words
/// int32…  words, the first bit lowest
/// </code>
/// </remarks>
internal sealed class BitArrayFormatter : MemoryPackFormatter<BitArray>
{
    private const int BitsPerWord = 32;

    public override void Serialize<TBufferWriter>(ref MemoryPackWriter<TBufferWriter> writer, scoped ref BitArray? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        int[] words = new int[((long)value.Length + BitsPerWord - 1) / BitsPerWord];
        value.CopyTo(words, 0);
        writer.WriteObjectHeader(2);
        writer.WriteUnmanaged(value.Length);
        writer.WriteUnmanagedArray(words);
    }

    public override void Deserialize(ref MemoryPackReader reader, scoped ref BitArray? value)
    {
        if (!reader.TryReadObjectHeader(out byte count))
        {
            value = null;
            return;
        }

        int length = reader.ReadUnmanaged<int>();
        int[] words = reader.ReadUnmanagedArray<int>() ?? [];
        if (count != 2 || length < 0 || length > (long)words.Length * BitsPerWord)
        {
            throw new MemoryPackSerializationException($"{words.Length} words are not {length} bits.");
        }

        value = new BitArray(words) { Length = length };
    }
}
