using System.Buffers.Binary;

namespace DaemonRpc.Protocol;

/// <summary>The fingerprints of methods in a hello or a welcome: 8 bytes each, little endian.</summary>
internal static class FingerprintList
{
    /// <summary>How many fingerprints a client sends at most, to leave room for the rest of its hello.</summary>
    public const int Most = 4096;

    /// <summary>Writes a list, unless it is empty.</summary>
    public static void Write(FieldWriter fields, byte field, long[] fingerprints)
    {
        if (fingerprints.Length == 0)
        {
            return;
        }

        byte[] bytes = new byte[fingerprints.Length * sizeof(long)];
        for (int index = 0; index < fingerprints.Length; index++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(index * sizeof(long)), fingerprints[index]);
        }

        fields.Write(field, bytes.AsSpan());
    }

    /// <summary>Reads a list. Returns the known list itself if both are equal, which saves memory.</summary>
    /// <exception cref="DaemonProtocolException">The bytes are no whole number of fingerprints.</exception>
    public static long[] Read(ReadOnlySpan<byte> bytes, long[]? known = null)
    {
        if (bytes.Length % sizeof(long) != 0)
        {
            throw new DaemonProtocolException($"A list of fingerprints has {bytes.Length} bytes; each fingerprint has 8.");
        }

        long[] fingerprints = new long[bytes.Length / sizeof(long)];
        for (int index = 0; index < fingerprints.Length; index++)
        {
            fingerprints[index] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(index * sizeof(long))..]);
        }

        return known is not null && known.AsSpan().SequenceEqual(fingerprints) ? known : fingerprints;
    }
}
