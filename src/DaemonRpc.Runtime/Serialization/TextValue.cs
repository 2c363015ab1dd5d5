using System.Buffers.Binary;
using DaemonRpc.Framing;
using MemoryPack;

namespace DaemonRpc.Serialization;

/// <summary>Checks strings before MemoryPack writes them, and their headers before MemoryPack reads them.</summary>
/// <remarks>
/// <code>
/// int32   -1 null, 0 empty, n &gt; 0: n UTF-16 units follow, n &lt; -1: ~n bytes of UTF-8 follow
/// int32   with UTF-8 only: the number of UTF-16 units, or 0 or less if the writer did not count them
/// </code>
/// MemoryPack adds to ~n without checking for overflow, then reads far beyond the bytes, and the process dies. It allocates memory for the second number
/// before it has read a byte. When writing, it requests three bytes per UTF-16 unit, also without checking for overflow, and writes out of bounds.
/// </remarks>
internal static class TextValue
{
    private const int HeaderSize = sizeof(int);
    private const int CountSize = sizeof(int);
    private const int MostBytesPerUnit = 3;

    /// <summary>The longest string that can be written, in UTF-16 units: MemoryPack requests room for one more.</summary>
    public static readonly int Longest = ((Array.MaxLength - HeaderSize - CountSize) / MostBytesPerUnit) - 1;

    /// <summary>Checks the length of a string before it is written.</summary>
    /// <exception cref="TooLargeException">The string is too long.</exception>
    public static void CheckLength(int length)
    {
        if (length > Longest)
        {
            throw new TooLargeException($"It has {length} UTF-16 units; {Longest} may be sent, and no more bytes than DaemonOptions.MaxFrameBytes.");
        }
    }

    /// <summary>Returns the size in bytes of the string at the beginning of the bytes.</summary>
    /// <exception cref="MemoryPackSerializationException">The bytes are too few, or the header is invalid.</exception>
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

    // Separate methods, so that the code for every string stays short.
    private static MemoryPackSerializationException Cut(int left) => new($"A string takes {HeaderSize} bytes at least, and {left} are left.");

    private static MemoryPackSerializationException TooLong(int length, string what, int left) =>
        new($"A string announces {length} {what}; {left} bytes are left, its header among them.");

    private static MemoryPackSerializationException TooMany(int units, int count) =>
        new($"A string of {count} bytes of UTF-8 announces {units} UTF-16 units; there is at most one for each byte.");
}
