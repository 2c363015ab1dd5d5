using System.Globalization;
using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>The other processes of the session that this process leads: what it started, and what those started.</summary>
/// <remarks>One that made a session of its own is not among them: it wanted to live on.</remarks>
internal static unsafe partial class SessionProcesses
{
    // Each round ends all there are. What starts others as fast as that for so long cannot be ended from outside.
    private const int MostRounds = 20;

    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(1);

    /// <summary>Ends them all by force, and takes note of the ends of our children, so that no zombie stays.</summary>
    /// <returns>How many were ended.</returns>
    public static int EndAll()
    {
        int own = Environment.ProcessId;
        if (LibC.SessionOf(0) != own)
        {
            // Started by hand: the session is the terminal's.
            return 0;
        }

        HashSet<int> ended = [];
        HashSet<int> left = [];
        for (int round = 0; round < MostRounds; round++)
        {
            ReapAll();
            int[] others = [.. All().Where(process => process != own && LibC.SessionOf(process) == own && !left.Contains(process))];
            if (others.Length == 0)
            {
                break;
            }

            foreach (int process in others)
            {
                // One that may not be ended, as it has become another user's, or that is stuck in the kernel, is tried once:
                // clients wait.
                _ = (End(process, own) ? ended : left).Add(process);
            }
        }

        return ended.Count;
    }

    private static bool End(int process, int session)
    {
        // Held before it is looked at once more, so that a number which has come to mean another process is never signalled.
        using ProcessWatch? held = ProcessWatch.TryOpen(process);
        if (LibC.SessionOf(process) != session)
        {
            return false;
        }

        return held is null
            ? LibC.Kill(process, Constants.SignalKill) == 0
            : held.TryKill() && held.Wait(s_endLimit);
    }

    private static void ReapAll()
    {
        const int Any = -1;
        const int DoNotWait = 1;
        int status;
        while (LibC.WaitForChild(Any, &status, DoNotWait) > 0)
        {
        }
    }

    private static IEnumerable<int> All()
    {
        if (OperatingSystem.IsMacOS())
        {
            return AllOnMac();
        }

        return Directory.EnumerateDirectories("/proc")
            .Select(static folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int process) ? process : 0)
            .Where(static process => process > 0);
    }

    private static int[] AllOnMac()
    {
        int most = ListAll(null, 0) + 100;
        int[] processes = new int[most];
        fixed (int* first = processes)
        {
            int count = ListAll(first, most * sizeof(int));
            return processes[..Math.Clamp(count, 0, most)];
        }
    }

    [LibraryImport(SystemLibrary.Name, EntryPoint = "proc_listallpids", SetLastError = true)]
    private static partial int ListAll(int* processes, int bytes);
}
