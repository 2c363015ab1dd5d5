using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Host;

/// <summary>Keeps the daemon reachable: publishes its socket again when the socket's file was removed. Also rotates the log.</summary>
/// <remarks>
/// Cleanup jobs and people delete files in temporary folders. The daemon still holds its instance lock then. But if the
/// lock's own file is gone, only the lock's name in the kernel, where there is one, keeps a second daemon from starting. So
/// this daemon then finishes its task and ends. The keeper runs until the lock is released, which includes the handler's disposal.
/// </remarks>
/// <param name="socket">The daemon's socket.</param>
/// <param name="instanceLock">The daemon's instance lock.</param>
/// <param name="accept">Receives a client's connection.</param>
/// <param name="lockLost">Called once if the lock's file is gone.</param>
/// <param name="log">Receives a message about every removed file.</param>
internal sealed class SocketKeeper(DaemonSocket socket, InstanceLock instanceLock, Action<IByteChannel> accept, Action lockLost, ILogger log)
{
    // The documentation promises "within a second". Each look takes a handful of system calls.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(500);

    /// <summary>The log of a launched daemon; null in the foreground.</summary>
    public LogRotation? Rotation { get; init; }

    /// <summary>An additional check at each look, on a thread outside the pool.</summary>
    public Action? AlsoLook { get; init; }

    /// <summary>Publishes the socket, accepts clients, and starts the keeper's thread.</summary>
    /// <param name="inherited">The socket of the previous program in this process, or of a service manager; null to create a socket.</param>
    /// <exception cref="DaemonException">The socket cannot be published, or the system gives no threads.</exception>
    public void Start(InheritedSocket? inherited)
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
            // A daemon without its lock's file is ending. It republishes the socket only to tell clients to wait, and only if no other daemon serves or can serve.
            if ((!isLockLost || (instanceLock.IsNamed && socket.IsAlone)) && socket.Renew(accept))
            {
                LogMessages.Republished(log, socket.Path);
            }
        }
        catch (Exception exception) when (exception is IOException or DaemonException)
        {
            // The obstacle may go away. Until then, the daemon serves the clients that are connected.
            LogMessages.NotRepublished(log, socket.Path, exception);
        }
    }
}
