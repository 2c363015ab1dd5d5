using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Tells whether this process can still open files.</summary>
/// <remarks>
/// A daemon must not give its last descriptors to clients: it needs some to open its journal and to start threads, each
/// of which takes two for a pipe. The .NET runtime aborts if it cannot start a thread.
/// </remarks>
internal static unsafe class DescriptorRoom
{
    private const int MostReserved = 64;

    private static readonly int s_unreserved = Unreserved();

    // What a daemon opens to serve its first client and to start threads meanwhile.
    private const int Least = 16;

    /// <summary>Checks that enough descriptors are left to serve a client.</summary>
    /// <exception cref="DaemonException">Too few are left.</exception>
    public static void Demand()
    {
        nuint* pair = stackalloc nuint[2];
        if (LibC.GetLimit(Constants.OpenFilesLimit, pair) == 0 && pair[0] < int.MaxValue)
        {
            int limit = (int)pair[0];
            int next = LibC.Open("/dev/null", Constants.OpenReadOnly | Constants.OpenCloseOnExec, 0);
            _ = next < 0 ? 0 : LibC.Close(next);
            int left = next < 0 ? 0 : limit - next;
            if (left < Least)
            {
                throw new DaemonException($"This process, {Environment.ProcessId}, may have {limit} files and connections open (ulimit -n), of which {left} are left. A daemon needs at least {Least}: raise the limit.");
            }
        }
    }

    /// <summary>Returns whether so many descriptors are open that the rest must be reserved.</summary>
    /// <param name="any">Any socket of this process.</param>
    public static bool IsScarce(UnixSocket any)
    {
        if (any.Descriptor < s_unreserved)
        {
            // The system assigns the lowest free number, so numbers below the reserve were free when this socket was opened.
            return false;
        }

        int lowest = LibC.FileControl(any.Descriptor, Constants.DuplicateCloseOnExec, 0);
        if (lowest >= 0)
        {
            _ = LibC.Close(lowest);
        }

        return lowest < 0 || lowest >= s_unreserved;
    }

    /// <summary>Returns whether a descriptor that was just opened is one of those that must be reserved.</summary>
    public static bool IsReserved(SafeHandle opened) => opened.DangerousGetHandle() >= s_unreserved;

    private static int Unreserved()
    {
        nuint* pair = stackalloc nuint[2];
        if (LibC.GetLimit(Constants.OpenFilesLimit, pair) < 0 || pair[0] > int.MaxValue)
        {
            return int.MaxValue;
        }

        // If the limit leaves little beyond what the runtime has open anyway, clients still get half of what is left.
        int limit = (int)pair[0];
        int next = LibC.Open("/dev/null", Constants.OpenReadOnly | Constants.OpenCloseOnExec, 0);
        int used = next < 0 ? limit : next;
        _ = LibC.Close(next);
        return Math.Max(limit - Math.Min(MostReserved, limit / 4), used + ((limit - used) / 2));
    }
}
