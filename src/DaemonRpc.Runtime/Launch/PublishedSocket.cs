using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>Whether a daemon can be reached, for those who wait until it can.</summary>
internal static class PublishedSocket
{
    private static readonly TimeSpan s_dialLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether anybody listens. A queue that is full is one that somebody listens to, too.</summary>
    public static bool IsServed(string path)
    {
        DialResult result = UnixSocketDialer.TryDial(path, s_dialLimit, out SocketChannel? channel);
        channel?.Dispose();
        return result != DialResult.NobodyListens;
    }

    /// <summary>Tells when the socket is published. Null when that cannot be watched: then the waiting takes longer, and ends all the same.</summary>
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
            // The user has no watches left: the limit is small on many systems, and editors and file managers use it up. Or
            // the folder was deleted. Or there is no thread to watch with.
            watcher?.Dispose();
            return null;
        }
    }
}
