namespace DaemonRpc.Framing;

/// <summary>Buffers for large frames, used again by the next ones. Held weakly: a collection takes those that nobody uses.</summary>
/// <remarks>
/// A new one for each frame costs more than the copy that it is for, as its memory is cold and may have to come from the system first. Not a <see
/// cref="Pool{T}"/>, which keeps its objects for good, and any of which serves: these are too large to keep, and one has to be large enough.
/// </remarks>
internal static class LargeBuffers
{
    private const int Granule = 64 * 1024;

    private static readonly Lock s_gate = new();
    private static readonly WeakReference<byte[]?>[] s_free = [new(null), new(null)];

    /// <summary>One of at least that size, with anything in it.</summary>
    public static byte[] Rent(int size)
    {
        long wanted = ((long)size + Granule - 1) / Granule * Granule;
        lock (s_gate)
        {
            foreach (WeakReference<byte[]?> free in s_free)
            {
                // Not one that is far too large, for somebody who may keep it long.
                if (free.TryGetTarget(out byte[]? buffer) && buffer.Length >= size && buffer.Length / 4 <= wanted)
                {
                    free.SetTarget(null);
                    return buffer;
                }
            }
        }

        return GC.AllocateUninitializedArray<byte>((int)Math.Min(wanted, Array.MaxLength));
    }

    /// <summary>Gives one back. It must not be touched afterwards.</summary>
    public static void Return(byte[] buffer)
    {
        lock (s_gate)
        {
            WeakReference<byte[]?> smallest = s_free[0];
            int least = int.MaxValue;
            foreach (WeakReference<byte[]?> free in s_free)
            {
                int size = free.TryGetTarget(out byte[]? other) ? other.Length : 0;
                if (size < least)
                {
                    (smallest, least) = (free, size);
                }
            }

            if (least < buffer.Length || least == 0)
            {
                smallest.SetTarget(buffer);
            }
        }
    }
}
