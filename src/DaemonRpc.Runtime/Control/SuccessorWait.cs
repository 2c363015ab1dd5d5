using DaemonRpc.Launch;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Control;

/// <summary>Waits for the daemon that takes the place of a replaced one, without starting it.</summary>
/// <remarks>
/// The client that wanted the other build starts it, but it learns of the old one's end at the same moment as we do: there may
/// be no spawn lock to wait for yet. So it is the socket's name that is waited for, told by the file system, or looked for where
/// that has no watches left.
/// </remarks>
internal static class SuccessorWait
{
    // Where the file system does not tell.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Blocks the thread. Null when none came in time.</summary>
    /// <param name="address">The daemon's.</param>
    /// <param name="deadline">By when.</param>
    /// <param name="open">Connects, if anybody listens.</param>
    /// <param name="watch">Tells when the socket is published, or returns null where that cannot be told; tests have it so.</param>
    public static ClientSession? Open(
        DaemonAddress address, Deadline deadline, Func<Deadline, ClientSession?> open, Func<string, Action, IDisposable?>? watch = null)
    {
        // Never disposed: the watcher may be telling.
        var published = new ManualResetEventSlim();

        // First listening, then looking: what comes in between is not missed.
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
