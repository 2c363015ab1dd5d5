namespace DaemonRpc.Framing;

/// <summary>The buffers that connections read into at first. A few are kept: many connections say a word or two, and are then silent for long.</summary>
internal static class ReadBuffers
{
    public const int Size = 4 * 1024;

    private const int MostKept = 16;

    private static readonly Lock s_gate = new();
    private static readonly Stack<byte[]> s_free = [];

    public static byte[] Rent()
    {
        lock (s_gate)
        {
            return s_free.TryPop(out byte[]? free) ? free : GC.AllocateUninitializedArray<byte>(Size);
        }
    }

    /// <summary>Gives one back, that nobody reads any more. One of another size is left to the collector.</summary>
    public static void Return(byte[] buffer)
    {
        if (buffer.Length != Size)
        {
            return;
        }

        lock (s_gate)
        {
            if (s_free.Count < MostKept)
            {
                s_free.Push(buffer);
            }
        }
    }
}
