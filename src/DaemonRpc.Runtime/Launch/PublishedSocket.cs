using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>Tells whether a daemon can be reached, for processes that wait for one.</summary>
internal static class PublishedSocket
{
    private static readonly TimeSpan s_dialTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns whether a process listens. A full backlog counts as listening.</summary>
    public static bool IsServed(string path)
    {
        DialResult result = UnixSocketDialer.TryDial(path, s_dialTimeout, out SocketChannel? channel);
        channel?.Dispose();
        return result != DialResult.NobodyListens;
    }

    /// <summary>Notifies when the socket is published. Returns null where watching is impossible; waiting then polls and takes longer.</summary>
    public static FileSystemWatcher? Watch(string path, Action onPublished)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path));
            watcher.Created += (_, _) => onPublished();
            watcher.Renamed += (_, _) => onPublished();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException || OwnThread.IsShortage(exception))
        {
            // The user has no watches left (many systems allow few, and editors and file managers use them up), or the
            // folder was deleted, or the system gives no thread.
            watcher?.Dispose();
            return null;
        }
    }
}
