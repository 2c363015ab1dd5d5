namespace DaemonRpc.Platform;

/// <summary>Whether this process can open some more files.</summary>
/// <remarks>
/// A daemon must not let its clients have its last descriptors: it needs some itself, to open its journal as much as to start
/// a thread, which takes two for a pipe. A runtime that cannot start a thread gives up.
/// </remarks>
internal static unsafe class DescriptorRoom
{
    private const int MostReserved = 64;

    private static readonly int s_unreserved = Unreserved();

    // What a daemon opens to serve its first client, and to start threads meanwhile.
    private const int Least = 16;

    /// <summary>Makes certain that there are enough to serve anybody.</summary>
    /// <exception cref="DaemonException">There are not.</exception>
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

    /// <summary>Whether so many are open that the rest should be left alone.</summary>
    /// <param name="any">A descriptor of this process.</param>
    public static bool IsScarce(UnixSocket any)
    {
        if (any.Descriptor < s_unreserved)
        {
            // The system gives the lowest number that is free: lower ones were.
            return false;
        }

        int lowest = LibC.FileControl(any.Descriptor, Constants.DuplicateCloseOnExec, 0);
        if (lowest >= 0)
        {
            _ = LibC.Close(lowest);
        }

        return lowest < 0 || lowest >= s_unreserved;
    }

    private static int Unreserved()
    {
        nuint* pair = stackalloc nuint[2];
        if (LibC.GetLimit(Constants.OpenFilesLimit, pair) < 0 || pair[0] > int.MaxValue)
        {
            return int.MaxValue;
        }

        // Where the limit leaves little beside what the runtime has open anyway, half of that is for clients all the same.
        int limit = (int)pair[0];
        int next = LibC.Open("/dev/null", Constants.OpenReadOnly | Constants.OpenCloseOnExec, 0);
        int used = next < 0 ? limit : next;
        _ = LibC.Close(next);
        return Math.Max(limit - Math.Min(MostReserved, limit / 4), used + ((limit - used) / 2));
    }
}
