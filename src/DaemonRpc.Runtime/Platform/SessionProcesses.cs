using System.Globalization;
using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>The processes of a session: what its leader started, and what those started.</summary>
/// <remarks>One that made a session of its own is not among them: it wanted to live on.</remarks>
internal static unsafe partial class SessionProcesses
{
    // Each round ends all there are. What starts others as fast as that for so long cannot be ended from outside.
    private const int MostRounds = 20;

    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(1);

    /// <summary>Ends the others of the session that this process leads by force, and takes note of the ends of our children, so that no zombie stays.</summary>
    /// <returns>How many were ended.</returns>
    public static int EndOthers()
    {
        int own = Environment.ProcessId;

        // Started by hand: the session is the terminal's.
        return LibC.SessionOf(0) != own ? 0 : End(own, except: own, ReapAll);
    }

    /// <summary>Ends all of a session that was made for a process that this one started.</summary>
    /// <param name="session">That process's number. It is no other session's for as long as one of this one's processes is left.</param>
    public static void EndAll(int session) => _ = End(session, except: 0, static () => { });

    private static int End(int session, int except, Action reap)
    {
        HashSet<int> ended = [];
        HashSet<int> left = [];
        for (int round = 0; round < MostRounds; round++)
        {
            reap();
            int[] others = [.. All().Where(process => process != except && LibC.SessionOf(process) == session && !left.Contains(process))];
            if (Array.TrueForAll(others, ended.Contains))
            {
                // Of those that are left nobody has taken note yet.
                break;
            }

            foreach (int process in others)
            {
                // One that may not be ended, as it has become another user's, or that is stuck in the kernel, is tried once:
                // clients wait.
                _ = (End(process, session) ? ended : left).Add(process);
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
