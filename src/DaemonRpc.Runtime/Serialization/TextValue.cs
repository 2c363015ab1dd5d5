using System.Buffers.Binary;
using DaemonRpc.Framing;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>Looks at a string before MemoryPack writes it, and at its header before MemoryPack reads it.</summary>
/// <remarks>
/// <code>
/// int32   -1 null, 0 empty, above 0 so many UTF-16 units follow, below -1 the complement of so many bytes of UTF-8
/// int32   of UTF-8 only: how many UTF-16 units they make, or 0 or less where the writer did not count them
/// </code>
/// MemoryPack adds to the complement without looking whether it overflows, reads far beyond the bytes then, and the process
/// dies. The second number it turns into memory before it has looked at a single byte. Writing, it asks for room for three bytes
/// per UTF-16 unit, also without looking whether that overflows, and writes to where there is none.
/// </remarks>
internal static class TextValue
{
    private const int HeaderSize = sizeof(int);
    private const int CountSize = sizeof(int);
    private const int MostBytesPerUnit = 3;

    /// <summary>How many UTF-16 units a string may have that is written: MemoryPack asks for room for one more.</summary>
    public static readonly int Longest = ((Array.MaxLength - HeaderSize - CountSize) / MostBytesPerUnit) - 1;

    /// <summary>Checks the length of a string that is to be written.</summary>
    /// <exception cref="TooLargeException">It is too long.</exception>
    public static void CheckLength(int length)
    {
        if (length > Longest)
        {
            throw new TooLargeException($"It has {length} UTF-16 units; {Longest} may be sent, and no more bytes than DaemonOptions.MaxFrameBytes.");
        }
    }

    /// <summary>How many bytes the string at the beginning of these takes.</summary>
    /// <exception cref="MemoryPackSerializationException">They are too few, or the header says what no string could be.</exception>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize)
        {
            throw Cut(bytes.Length);
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < -1)
        {
            return MeasureUtf8(bytes, ~length);
        }

        long size = HeaderSize + (2L * Math.Max(length, 0));
        return size <= bytes.Length ? (int)size : throw TooLong(length, "UTF-16 units", bytes.Length);
    }

    private static int MeasureUtf8(ReadOnlySpan<byte> bytes, int count)
    {
        if (count > bytes.Length - HeaderSize - CountSize)
        {
            throw TooLong(count, "bytes of UTF-8", bytes.Length);
        }

        int units = BinaryPrimitives.ReadInt32LittleEndian(bytes[HeaderSize..]);
        return units <= count ? HeaderSize + CountSize + count : throw TooMany(units, count);
    }

    // Apart, so that what is run for every string is short.
    private static MemoryPackSerializationException Cut(int left) => new($"A string takes {HeaderSize} bytes at least, and {left} are left.");

    private static MemoryPackSerializationException TooLong(int length, string what, int left) =>
        new($"A string announces {length} {what}; {left} bytes are left, its header among them.");

    private static MemoryPackSerializationException TooMany(int units, int count) =>
        new($"A string of {count} bytes of UTF-8 announces {units} UTF-16 units; there is at most one for each byte.");
}
