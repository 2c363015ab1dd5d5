using DaemonRpc.Platform;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Lifecycle;

/// <summary>Waits for the daemon that takes the place of a replaced one, without starting it.</summary>
/// <remarks>
/// The client that wanted the other build starts it, but it learns of the old one's end at the same moment as we do: there may
/// be no spawn lock to wait for yet. So it is the socket's name that is waited for, told by the file system.
/// </remarks>
internal static class SuccessorWait
{
    /// <summary>Blocks the thread. Null when none came in time.</summary>
    public static ClientSession? Open(DaemonAddress address, Deadline deadline, Func<Deadline, ClientSession?> open)
    {
        using var published = new AutoResetEvent(false);
        using var watcher = new FileSystemWatcher(address.Directory, Path.GetFileName(address.SocketPath));
        watcher.Created += (_, _) => published.Set();
        watcher.Renamed += (_, _) => published.Set();

        // First listening, then looking: what comes in between is not missed.
        try
        {
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            throw ThreadLimit.Exception();
        }

        while (true)
        {
            if (open(deadline) is { } session)
            {
                return session;
            }

            if (deadline.HasPassed || !published.WaitOne(deadline.Left))
            {
                return null;
            }
        }
    }
}
