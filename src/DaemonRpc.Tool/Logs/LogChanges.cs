using System.Threading.Channels;

namespace DaemonRpc.Tool.Logs;

/// <summary>Tells when a log may have changed.</summary>
internal sealed class LogChanges : IDisposable
{
    // Where the system has no notifications left. Also how late a change is noticed that the system did not notify of.
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly FileSystemWatcher? _watcher;
    private readonly Timer _timer;

    public LogChanges(string path)
    {
        try
        {
            _watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*");
            _watcher.Created += Note;
            _watcher.Changed += Note;
            _watcher.Renamed += Note;
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            // The user has no watches left, or the folder is gone: the timer tells.
            _watcher?.Dispose();
            _watcher = null;
        }

        _timer = new Timer(_ => Note(this, null), null, s_pace, s_pace);
    }

    /// <summary>Waits for the next change.</summary>
    public ValueTask<bool> NextAsync(CancellationToken cancellationToken) => _changes.Reader.ReadAsync(cancellationToken);

    public void Dispose()
    {
        _timer.Dispose();
        _watcher?.Dispose();
    }

    private void Note(object sender, FileSystemEventArgs? change) => _ = _changes.Writer.TryWrite(true);
}
