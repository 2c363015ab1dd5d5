using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Host;

/// <summary>Keeps the daemon reachable: publishes its socket again when the name was taken away. Looks after the log, too.</summary>
/// <remarks>
/// Temporary folders are cleaned by others, and people delete what they do not know. The instance lock is never given up for
/// it; but when the lock's own file is gone, only its name keeps a second daemon from starting, where it can: then this one
/// finishes its task and leaves. The lock is looked after until it is let go of, also while the handler is disposed.
/// </remarks>
/// <param name="socket">What clients come by.</param>
/// <param name="instanceLock">What keeps others from serving.</param>
/// <param name="accept">Takes a client's connection.</param>
/// <param name="lockLost">Told once that the lock's file is gone.</param>
/// <param name="log">Told of every loss.</param>
internal sealed class SocketKeeper(DaemonSocket socket, InstanceLock instanceLock, Action<IByteChannel> accept, Action lockLost, ILogger log)
{
    // "Within a second" is promised. Each look is a handful of system calls.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(500);

    /// <summary>The log of a launched daemon; null in the foreground.</summary>
    public LogRotation? Rotation { get; init; }

    /// <summary>What else is to be looked at, on a thread that is not the pool's.</summary>
    public Action? AlsoLook { get; init; }

    /// <summary>Publishes the socket, lets clients in, and begins to look after it.</summary>
    /// <param name="inherited">The socket of the program before in this process, and the file it was published as; null to make one.</param>
    /// <exception cref="DaemonException">The socket cannot be published, or the system gives no threads.</exception>
    public void Start((int Descriptor, (ulong Device, ulong Inode) File)? inherited)
    {
        // Before anybody can come.
        OwnThread.Start("DaemonRpc keeper", Look, 2 * OwnThread.SmallStack);
        socket.Open(accept, inherited);
    }

    private void Look()
    {
        bool isTold = false;
        while (!instanceLock.WaitForRelease(s_pace))
        {
            // The handler may have read the lock's file since.
            instanceLock.Renew();
            if (socket.IsClosed)
            {
                continue;
            }

            // Standard output and standard error.
            Rotation?.Look(1, 2);
            AlsoLook?.Invoke();
            if (!instanceLock.IsStillAtPath && !isTold)
            {
                isTold = true;
                LogMessages.LockFileGone(log, socket.Path);
                lockLost();
            }

            Keep(isLockLost: isTold);
        }
    }

    /// <summary>Makes the daemon reachable again.</summary>
    private void Keep(bool isLockLost)
    {
        try
        {
            // One without its lock, which leaves, may still tell clients that they are to wait: where nobody else serves, nor can.
            if ((!isLockLost || (instanceLock.IsNamed && socket.IsAlone)) && socket.Renew(accept))
            {
                LogMessages.Republished(log, socket.Path);
            }
        }
        catch (Exception exception) when (exception is IOException or DaemonException)
        {
            // Whatever is in the way may go; until then those who are connected are served.
            LogMessages.NotRepublished(log, socket.Path, exception);
        }
    }
}
