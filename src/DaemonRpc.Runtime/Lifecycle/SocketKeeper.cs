using DaemonRpc.Platform;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Lifecycle;

/// <summary>Keeps the daemon reachable: lets clients in, and publishes the socket again when its name was taken away.</summary>
/// <remarks>
/// Temporary folders are cleaned by others, and people delete what they do not know. The life lock is never given up for
/// it; but when the lock's own file is gone, a second daemon could start: then this one finishes its task and leaves.
/// </remarks>
internal sealed class SocketKeeper(string path, RecordLock life, Action<IByteChannel> accept, Action lockLost, ILogger log) : IDisposable
{
    // "Within a second" is promised. Each look is two system calls.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _closed = new();
    private UnixSocketListener? _listener;

    /// <summary>Publishes the socket, lets clients in, and begins to look after it.</summary>
    public void Start()
    {
        Publish();
        new Thread(Look, 256 * 1024) { IsBackground = true, Name = "DaemonRpc keeper" }.Start();
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
        while (!_closed.Wait(s_pace))
        {
            if (!life.IsStillAtPath)
            {
                LogMessages.LockFileGone(log, path);
                lockLost();
                return;
            }

            try
            {
                Renew();
            }
            catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException or DaemonException)
            {
                // Whatever is in the way may go; until then those who are connected are served.
                LogMessages.NotRepublished(log, path, exception);
            }
        }
    }

    private void Renew()
    {
        // The gate keeps a closing daemon from publishing once more.
        lock (_gate)
        {
            if (_closed.IsSet || _listener!.IsPublished)
            {
                return;
            }

            // The old one goes when the new one serves: who is in its backlog is let in by its own thread until then.
            UnixSocketListener lost = _listener;
            Publish();
            lost.Dispose();
            LogMessages.Republished(log, path);
        }
    }

    private void Publish()
    {
        UnixSocketListener listener = UnixSocketListener.Publish(path);
        _listener = listener;
        new Thread(() => AcceptLoop(listener), 256 * 1024) { IsBackground = true, Name = "DaemonRpc accept" }.Start();
    }

    private void AcceptLoop(UnixSocketListener listener)
    {
        while (listener.Accept() is { } channel)
        {
            accept(channel);
        }
    }
}
