using System.Runtime.InteropServices;

namespace DaemonRpc.TestDaemon;

/// <summary>How many threads and processes the user of this process may have, as far as this process is concerned. Linux only; root has no limit.</summary>
internal static unsafe partial class ThreadLimits
{
    private const int Processes = 6;
    private const int Descriptors = 7;

    /// <summary>Has the system give this process no thread any more.</summary>
    public static void GiveNoMore()
    {
        nuint* pair = stackalloc nuint[2];
        if (Get(Processes, pair) == 0)
        {
            pair[0] = 1;
            _ = Set(Processes, pair);
        }
    }

    /// <summary>Has the system let this process open only so many files more: set when the runtime has begun, which raises it to the hard limit.</summary>
    public static void AllowDescriptors(int more)
    {
        int open = Directory.GetFiles("/proc/self/fd").Length - 1;
        nuint* pair = stackalloc nuint[2];
        if (Get(Descriptors, pair) == 0)
        {
            pair[0] = (nuint)(open + more);
            _ = Set(Descriptors, pair);
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int Get(int resource, nuint* pair);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int Set(int resource, nuint* pair);
}
