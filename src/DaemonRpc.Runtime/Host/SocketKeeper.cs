using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Host;

/// <summary>Keeps the daemon reachable: publishes its socket again when the name was taken away. Looks after the log, too.</summary>
/// <remarks>
/// Cleanup jobs and people delete files in temporary folders. The daemon keeps its instance lock all the same. But when the
/// lock's own file is gone, only the lock's name in the kernel, where there is one, keeps a second daemon from starting; then
/// this daemon finishes its task and ends. The keeper runs until the lock is released, so also while the handler is disposed.
/// </remarks>
/// <param name="socket">What clients come by.</param>
/// <param name="instanceLock">What keeps others from serving.</param>
/// <param name="accept">Takes a client's connection.</param>
/// <param name="lockLost">Told once that the lock's file is gone.</param>
/// <param name="log">Told of every loss.</param>
internal sealed class SocketKeeper(DaemonSocket socket, InstanceLock instanceLock, Action<IByteChannel> accept, Action lockLost, ILogger log)
{
    // The documentation promises "within a second". Each look takes a handful of system calls.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(500);

    /// <summary>The log of a launched daemon; null in the foreground.</summary>
    public LogRotation? Rotation { get; init; }

    /// <summary>An additional check at each look, on a thread outside the pool.</summary>
    public Action? AlsoLook { get; init; }

    /// <summary>Publishes the socket, lets clients in, and begins to look after it.</summary>
    /// <param name="inherited">The socket of the program before in this process, and the file it was published as; null to make one.</param>
    /// <exception cref="DaemonException">The socket cannot be published, or the system gives no threads.</exception>
    public void Start((int Descriptor, (ulong Device, ulong Inode) File)? inherited)
    {
        // Started before any client can connect.
        OwnThread.Start("DaemonRpc keeper", Look, 2 * OwnThread.SmallStack);
        socket.Open(accept, inherited);
    }

    private void Look()
    {
        bool isTold = false;
        while (!instanceLock.WaitForRelease(s_pace))
        {
            // The handler may have read the lock's file since, which releases the record lock.
            instanceLock.Renew();
            if (socket.IsClosed)
            {
                continue;
            }

            // Descriptors 1 and 2: standard output and standard error.
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

    /// <summary>Republishes the socket if needed.</summary>
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
