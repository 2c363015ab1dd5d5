using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Host;

/// <summary>The socket by which the daemon is reached: publishes it, lets clients in by it, and takes its name away in the end.</summary>
/// <param name="path">Where it is published.</param>
internal sealed class DaemonSocket(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Lock _door = new();
    private volatile bool _isClosed;
    private UnixSocketListener? _listener;

    public string Path => path;

    /// <summary>Whether it lets nobody in any more, for good.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>The socket that listens, for handing it over.</summary>
    public int Descriptor => _listener!.Descriptor;

    /// <summary>Which file it is published as.</summary>
    public (ulong Device, ulong Inode) PublishedFile => _listener!.PublishedFile;

    /// <summary>Whether nobody else serves here: its name is ours, or nobody's.</summary>
    public bool IsAlone => _listener is { } listener && (listener.IsPublished || (Directory.Exists(System.IO.Path.GetDirectoryName(path)) && !PublishedSocket.IsServed(path)));

    /// <summary>Publishes it, and lets clients in.</summary>
    /// <param name="accept">Takes a client's connection.</param>
    /// <param name="inherited">The socket of the program before in this process, and the file it was published as; null to make one.</param>
    /// <exception cref="DaemonException">It cannot be published, or the system gives no thread.</exception>
    public void Open(Action<IByteChannel> accept, (int Descriptor, (ulong Device, ulong Inode) File)? inherited) => Begin(
        inherited is { } socket ? UnixSocketListener.Adopt(socket.Descriptor, path, socket.File) : UnixSocketListener.Publish(path, static () => StartupPoint.Reach(StartupPoint.Bound)),
        accept);

    /// <summary>Publishes it again, if its name was taken away. False when there is nothing to do.</summary>
    /// <param name="accept">Takes a client's connection.</param>
    /// <exception cref="DaemonException">It cannot be published, or the system gives no thread.</exception>
    public bool Renew(Action<IByteChannel> accept)
    {
        // The gate keeps a closing daemon from publishing once more.
        lock (_gate)
        {
            if (_isClosed || _listener is not { IsPublished: false } lost)
            {
                return false;
            }

            // The old one goes when the new one serves: who is in its backlog is let in by its own thread until then.
            Begin(UnixSocketListener.Publish(path), accept);
            lost.Dispose();
            return true;
        }
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
            if (!_isClosed)
            {
                _isClosed = true;
                _listener?.Dispose();
            }
        }
    }

    private void Begin(UnixSocketListener listener, Action<IByteChannel> accept)
    {
        // Set before anybody is let in: the first client may already have this daemon end, which hands the socket over.
        UnixSocketListener? before = _listener;
        _listener = listener;
        if (!OwnThread.TryStart("DaemonRpc accept", () => AcceptLoop(listener, accept), 2 * OwnThread.SmallStack))
        {
            // Nobody would ever be let in by it: whoever comes is to find that nobody listens.
            _listener = before;
            listener.Dispose();
            throw ThreadLimit.Exception();
        }
    }

    private void AcceptLoop(UnixSocketListener listener, Action<IByteChannel> accept)
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
