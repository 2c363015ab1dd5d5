namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>Keeps the calling thread, and so the processes it starts meanwhile, on one processor.</summary>
/// <remarks>Set before they start: the affinity of a running process would hold its first thread only.</remarks>
internal readonly unsafe ref struct Pin : IDisposable
{
    private const int MaskSize = 128;

    private readonly byte[]? _before;

    /// <param name="processor">Its number; null pins nothing.</param>
    public Pin(int? processor)
    {
        if (processor is { } number)
        {
            _before = Allowed();
            byte[] one = new byte[MaskSize];
            one[number / 8] = (byte)(1 << (number % 8));
            Set(one);
        }
    }

    /// <summary>The last of the processors we may use: the first is where interrupts tend to be handled.</summary>
    public static int Choose()
    {
        byte[] allowed = Allowed();
        return Enumerable.Range(0, MaskSize * 8).Last(number => (allowed[number / 8] & (1 << (number % 8))) != 0);
    }

    public void Dispose()
    {
        if (_before is not null)
        {
            Set(_before);
        }
    }

    private static byte[] Allowed()
    {
        byte[] mask = new byte[MaskSize];
        fixed (byte* first = mask)
        {
            return Native.GetAffinity(0, MaskSize, first) >= 0 ? mask : throw new BenchmarkException("The processor affinity cannot be read.");
        }
    }

    private static void Set(byte[] mask)
    {
        fixed (byte* first = mask)
        {
            if (Native.SetAffinity(0, MaskSize, first) < 0)
            {
                throw new BenchmarkException("The processor affinity cannot be set.");
            }
        }
    }
}
