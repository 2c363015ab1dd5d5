using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Host;

/// <summary>Keeps the daemon reachable: lets clients in, and publishes the socket again when its name was taken away. Looks after the log, too.</summary>
/// <remarks>
/// Temporary folders are cleaned by others, and people delete what they do not know. The instance lock is never given up for
/// it; but when the lock's own file is gone, only its name keeps a second daemon from starting, where it can: then this one
/// finishes its task and leaves. The lock is looked after until it is let go of, also while the handler is disposed.
/// </remarks>
internal sealed class SocketKeeper(string path, InstanceLock instanceLock, Action<IByteChannel> accept, Action lockLost, ILogger log) : IDisposable
{
    // "Within a second" is promised. Each look is a handful of system calls.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _closed = new(initialState: false, spinCount: 0);
    private readonly Lock _door = new();
    private UnixSocketListener? _listener;

    /// <summary>The log of a launched daemon; null in the foreground.</summary>
    public LogRotation? Rotation { get; init; }

    /// <summary>What else is to be looked at, on a thread that is not the pool's.</summary>
    public Action? AlsoLook { get; init; }

    /// <summary>The socket that listens, for handing it over.</summary>
    public int Descriptor => _listener!.Descriptor;

    /// <summary>Which file it is published as.</summary>
    public (ulong Device, ulong Inode) PublishedFile => _listener!.PublishedFile;

    /// <summary>Publishes the socket, lets clients in, and begins to look after it.</summary>
    /// <param name="inherited">The socket of the program before in this process, and the file it was published as; null to make one.</param>
    /// <exception cref="DaemonException">The socket cannot be published, or the system gives no threads.</exception>
    public void Start((int Descriptor, (ulong Device, ulong Inode) File)? inherited = null)
    {
        // Before anybody can come.
        OwnThread.Start("DaemonRpc keeper", Look, 2 * OwnThread.SmallStack);
        Begin(inherited is { } socket ? UnixSocketListener.Adopt(socket.Descriptor, path, socket.File) : UnixSocketListener.Publish(path, static () => StartupPoint.Reach(StartupPoint.Bound)));
    }

    /// <summary>Lets nobody in any more, but refuses nobody: who comes waits in the backlog. For the thread that ends this program.</summary>
    /// <remarks>Returns when nobody is on the way in: a client is let in as a whole, or not at all.</remarks>
    public void Park()
    {
        _gate.Enter();
        _door.Enter();
    }

    /// <summary>Lets nobody in any more, and removes the name if it is still ours.</summary>
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
            // The handler may have read the lock's file since.
            instanceLock.Renew();
            if (_closed.IsSet)
            {
                continue;
            }

            // Standard output and standard error.
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

    /// <summary>Makes the daemon reachable again.</summary>
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
            // Whatever is in the way may go; until then those who are connected are served.
            LogMessages.NotRepublished(log, path, exception);
        }
    }

    /// <summary>Whether this daemon, which leaves, may still tell clients that they are to wait: nobody else serves here, nor can.</summary>
    private bool IsAlone() =>
        instanceLock.IsNamed && _listener is { } listener && (listener.IsPublished || (Directory.Exists(Path.GetDirectoryName(path)) && !PublishedSocket.IsServed(path)));

    private void Renew()
    {
        // The gate keeps a closing daemon from publishing once more.
        lock (_gate)
        {
            if (_closed.IsSet || _listener is not { IsPublished: false } lost)
            {
                return;
            }

            // The old one goes when the new one serves: who is in its backlog is let in by its own thread until then.
            Begin(UnixSocketListener.Publish(path));
            lost.Dispose();
            LogMessages.Republished(log, path);
        }
    }

    private void Begin(UnixSocketListener listener)
    {
        if (!OwnThread.TryStart("DaemonRpc accept", () => AcceptLoop(listener), 2 * OwnThread.SmallStack))
        {
            // Nobody would ever be let in by it: whoever comes is to find that nobody listens.
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
