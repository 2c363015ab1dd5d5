using DaemonRpc.Launch;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Control;

/// <summary>Waits for the successor of a replaced daemon, without starting it.</summary>
/// <remarks>
/// The client that wanted the other build starts the successor, but it learns of the old daemon's end at the same moment as we do, so there may be no spawn
/// lock to wait for yet. Instead this waits for the socket's name to appear: by file system notification, or by polling where the system has no watches left.
/// </remarks>
internal static class SuccessorWait
{
    // The polling interval where no notification is available.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits for the successor and connects to it. Returns null if none appeared in time. Blocks the thread.</summary>
    /// <param name="address">The daemon.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="open">Connects if a daemon listens.</param>
    /// <param name="watch">Notifies when the socket is published, or returns null where that is impossible; replaced in tests.</param>
    public static ClientSession? Open(
        DaemonAddress address, Deadline deadline, Func<Deadline, ClientSession?> open, Func<string, Action, IDisposable?>? watch = null)
    {
        // Never disposed: the watcher may still call it.
        var published = new ManualResetEventSlim();

        // Watch before looking, so that a publication in between is not missed.
        using IDisposable? watcher = (watch ?? PublishedSocket.Watch)(address.SocketPath, published.Set);
        while (true)
        {
            published.Reset();
            if (open(deadline) is { } session)
            {
                return session;
            }

            if (deadline.HasPassed)
            {
                return null;
            }

            TimeSpan left = deadline.Left;
            bool isTold = watcher is not null || (left != Timeout.InfiniteTimeSpan && left < s_pace);
            _ = published.Wait(isTold ? left : s_pace);
        }
    }
}
