namespace DaemonRpc.Framing;

/// <summary>A pool of buffers for large frames. Holds them weakly, so a garbage collection frees the unused ones.</summary>
/// <remarks>
/// A new buffer for each frame would cost more than copying the frame: its memory is cold and may have to come from the system first. Not a
/// <see cref="Pool{T}"/>, which keeps its objects for good and hands out any of them: these buffers are too large to keep, and the caller needs one that is large enough.
/// </remarks>
internal static class LargeBuffers
{
    private const int Granule = 64 * 1024;

    private static readonly Lock s_gate = new();
    private static readonly WeakReference<byte[]?>[] s_free = [new(null), new(null)];

    /// <summary>Returns a buffer of at least this size, with arbitrary contents.</summary>
    public static byte[] Rent(int size)
    {
        long wanted = ((long)size + Granule - 1) / Granule * Granule;
        lock (s_gate)
        {
            foreach (WeakReference<byte[]?> free in s_free)
            {
                // A buffer that is far too large is not used, because the caller may keep it for long.
                if (free.TryGetTarget(out byte[]? buffer) && buffer.Length >= size && buffer.Length / 4 <= wanted)
                {
                    free.SetTarget(null);
                    return buffer;
                }
            }
        }

        return GC.AllocateUninitializedArray<byte>((int)Math.Min(wanted, Array.MaxLength));
    }

    /// <summary>Returns a buffer to the pool. The caller must not use it afterwards.</summary>
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
