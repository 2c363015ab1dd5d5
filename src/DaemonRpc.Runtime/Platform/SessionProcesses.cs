using System.Globalization;
using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Ends the processes of a session: those that its leader started, and their descendants.</summary>
/// <remarks>A process that created a session of its own is spared: it chose to live on.</remarks>
internal static unsafe partial class SessionProcesses
{
    // Each round kills all processes found. A session that still starts new processes after this many rounds cannot be ended from outside.
    private const int MostRounds = 20;

    private static readonly TimeSpan s_endTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Kills all other processes of the session that this process leads, and reaps our children, so that no zombie stays.</summary>
    /// <returns>How many processes were killed.</returns>
    public static int EndOthers()
    {
        int own = Environment.ProcessId;

        // A daemon that was started by hand does not lead its session: that session is the terminal's.
        return LibC.SessionOf(0) != own ? 0 : End(own, except: own, ReapAll);
    }

    /// <summary>Kills all processes of a session that was created for a child of this process.</summary>
    /// <param name="session">The child's process id. No other session can have this number while one of the session's processes is left.</param>
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
                // Only processes that were killed but not reaped yet are left.
                break;
            }

            foreach (int process in others)
            {
                // A process that this user may no longer kill, or that is stuck in the kernel, is tried only once, because
                // clients are waiting.
                _ = (End(process, session) ? ended : left).Add(process);
            }
        }

        return ended.Count;
    }

    private static bool End(int process, int session)
    {
        // Opened before its session is checked again, so that a reused process id is never signalled.
        using ProcessWatch? held = ProcessWatch.TryOpen(process);
        if (LibC.SessionOf(process) != session)
        {
            return false;
        }

        return held is null
            ? LibC.Kill(process, Constants.SignalKill) == 0
            : held.TryKill() && held.Wait(s_endTimeout);
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
