using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Host;

/// <summary>The daemon's socket: publishes it, accepts clients, and removes its file at the end.</summary>
/// <param name="path">The path at which the socket is published.</param>
internal sealed class DaemonSocket(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Lock _door = new();
    private volatile bool _isClosed;
    private UnixSocketListener? _listener;

    public string Path => path;

    /// <summary>Whether the socket is closed and accepts no more clients.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>The descriptor of the listening socket, for handing it over.</summary>
    public int Descriptor => _listener!.Descriptor;

    /// <summary>The identity of the file under which the socket is published.</summary>
    public (ulong Device, ulong Inode) PublishedFile => _listener!.PublishedFile;

    /// <summary>Whether no other daemon serves at the path: the path names this socket, or no socket that listens.</summary>
    public bool IsAlone => _listener is { } listener && (listener.IsPublished || (Directory.Exists(System.IO.Path.GetDirectoryName(path)) && !PublishedSocket.IsServed(path)));

    /// <summary>Publishes the socket and starts to accept clients.</summary>
    /// <param name="accept">Receives a client's connection.</param>
    /// <param name="inherited">The socket of the previous program in this process, or of a service manager; null to create a socket.</param>
    /// <exception cref="DaemonException">The socket cannot be published, or the system gives no thread.</exception>
    public void Open(Action<IByteChannel> accept, InheritedSocket? inherited) => Begin(
        inherited is { } socket ? UnixSocketListener.Adopt(socket, path) : UnixSocketListener.Publish(path, static () => StartupPoint.Reach(StartupPoint.Bound)),
        accept);

    /// <summary>Publishes the socket again if its file was removed. Returns false when there is nothing to do.</summary>
    /// <param name="accept">Receives a client's connection.</param>
    /// <exception cref="DaemonException">The socket cannot be published, or the system gives no thread.</exception>
    public bool Renew(Action<IByteChannel> accept)
    {
        // The gate keeps a closing daemon from publishing its socket again.
        lock (_gate)
        {
            if (_isClosed || _listener is not { IsPublished: false } lost)
            {
                return false;
            }

            // The old socket is disposed only when the new one accepts. Until then, its own thread accepts the clients in its backlog.
            Begin(UnixSocketListener.Publish(path), accept);
            lost.Dispose();
            return true;
        }
    }

    /// <summary>Stops accepting clients without refusing them: new clients wait in the backlog. For the thread that ends this program.</summary>
    /// <remarks>Returns when no client is being accepted, so that no client is accepted halfway.</remarks>
    public void Park()
    {
        _gate.Enter();
        _door.Enter();
    }

    /// <summary>Stops accepting clients, and removes the socket's file if it still belongs to this socket.</summary>
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
        // Set before the first client is accepted, because that client may already make this daemon hand the socket over.
        UnixSocketListener? before = _listener;
        _listener = listener;
        if (!OwnThread.TryStart("DaemonRpc accept", () => AcceptLoop(listener, accept), 2 * OwnThread.SmallStack))
        {
            // Without a thread this socket would never accept a client, so clients must find that nobody listens.
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
