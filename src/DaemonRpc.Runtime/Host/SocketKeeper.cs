using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Host;

/// <summary>Keeps the daemon reachable: accepts clients, and republishes the socket when its file was removed. Also watches the log's size.</summary>
/// <remarks>
/// Cleanup jobs and people delete files in temporary folders. The daemon keeps its instance lock all the same. But when the
/// lock's own file is gone, only the lock's name in the kernel, where there is one, keeps a second daemon from starting; then
/// this daemon finishes its task and ends. The keeper runs until the lock is released, so also while the handler is disposed.
/// </remarks>
internal sealed class SocketKeeper(string path, InstanceLock instanceLock, Action<IByteChannel> accept, Action lockLost, ILogger log) : IDisposable
{
    // The documentation promises "within a second". Each look takes a handful of system calls.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _closed = new(initialState: false, spinCount: 0);
    private readonly Lock _door = new();
    private UnixSocketListener? _listener;

    /// <summary>The log of a launched daemon; null in the foreground.</summary>
    public LogRotation? Rotation { get; init; }

    /// <summary>An additional check at each look, on a thread outside the pool.</summary>
    public Action? AlsoLook { get; init; }

    /// <summary>The listening socket's descriptor, for handing over in place.</summary>
    public int Descriptor => _listener!.Descriptor;

    /// <summary>The file under which the socket is published.</summary>
    public (ulong Device, ulong Inode) PublishedFile => _listener!.PublishedFile;

    /// <summary>Publishes the socket, begins to accept clients, and begins to keep the socket reachable.</summary>
    /// <param name="inherited">The previous program's socket in this process and the file under which it is published; null to create one.</param>
    /// <exception cref="DaemonException">The socket cannot be published, or the system gives no threads.</exception>
    public void Start((int Descriptor, (ulong Device, ulong Inode) File)? inherited = null)
    {
        // Started before any client can connect.
        OwnThread.Start("DaemonRpc keeper", Look, 2 * OwnThread.SmallStack);
        Begin(inherited is { } socket ? UnixSocketListener.Adopt(socket.Descriptor, path, socket.File) : UnixSocketListener.Publish(path, static () => StartupPoint.Reach(StartupPoint.Bound)));
    }

    /// <summary>Stops accepting clients without refusing them: new ones wait in the backlog. Called by the thread that ends this program.</summary>
    /// <remarks>Returns when no client is being accepted: a client is accepted completely or not at all.</remarks>
    public void Park()
    {
        _gate.Enter();
        _door.Enter();
    }

    /// <summary>Stops accepting clients and removes the socket's file if it is still ours.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_closed.IsSet)
            {
                _closed.Set();
                _listener?.Dispose();
            }
        }
    }

    private void Look()
    {
        bool isTold = false;
        while (!instanceLock.WaitForRelease(s_pace))
        {
            // The handler may have read the lock's file since, which releases the record lock.
            instanceLock.Renew();
            if (_closed.IsSet)
            {
                continue;
            }

            // Descriptors 1 and 2: standard output and standard error.
            Rotation?.Look(1, 2);
            AlsoLook?.Invoke();
            if (!instanceLock.IsStillAtPath && !isTold)
            {
                isTold = true;
                LogMessages.LockFileGone(log, path);
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
            if (!isLockLost || IsAlone())
            {
                Renew();
            }
        }
        catch (Exception exception) when (exception is IOException or DaemonException)
        {
            // The obstacle may go away. Until then, connected clients are served.
            LogMessages.NotRepublished(log, path, exception);
        }
    }

    /// <summary>
    /// Returns whether this daemon, which is leaving, may republish its socket to tell clients to wait: no other daemon serves here or can start.
    /// </summary>
    private bool IsAlone() =>
        instanceLock.IsNamed && _listener is { } listener && (listener.IsPublished || (Directory.Exists(Path.GetDirectoryName(path)) && !PublishedSocket.IsServed(path)));

    private void Renew()
    {
        // The gate keeps a closing daemon from publishing again.
        lock (_gate)
        {
            if (_closed.IsSet || _listener is not { IsPublished: false } lost)
            {
                return;
            }

            // The old socket closes only after the new one serves; until then its own thread accepts the clients in its backlog.
            Begin(UnixSocketListener.Publish(path));
            lost.Dispose();
            LogMessages.Republished(log, path);
        }
    }

    private void Begin(UnixSocketListener listener)
    {
        if (!OwnThread.TryStart("DaemonRpc accept", () => AcceptLoop(listener), 2 * OwnThread.SmallStack))
        {
            // Without a thread nobody would ever accept. Close the socket, so that clients see that nobody listens.
            listener.Dispose();
            throw ThreadLimit.Exception();
        }

        _listener = listener;
    }

    private void AcceptLoop(UnixSocketListener listener)
    {
        while (listener.Wait())
        {
            lock (_door)
            {
                if (listener.TryAccept() is { } channel)
                {
                    accept(channel);
                }
            }
        }
    }
}
