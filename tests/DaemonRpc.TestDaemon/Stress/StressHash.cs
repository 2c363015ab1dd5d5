namespace DaemonRpc.TestDaemon.Stress;

/// <summary>By what two sides compare bytes of which one has no copy.</summary>
internal static class StressHash
{
    /// <summary>The hash of no bytes, of FNV-1a.</summary>
    public const ulong Empty = 14695981039346656037;

    private const ulong Prime = 1099511628211;

    public static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            hash = unchecked((hash ^ value) * Prime);
        }

        return hash;
    }

    public static void Invert(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (int index = 0; index < from.Length; index++)
        {
            to[index] = (byte)~from[index];
        }
    }
}
