using DaemonRpc.Tool.Daemons;

namespace DaemonRpc.Tool.Watching;

/// <summary>A row of the board. Not safe from several threads: the board locks.</summary>
internal sealed class WatchedDaemon(DaemonHandle daemon)
{
    private bool _isWatched;
    private bool _isSilent;
    private bool _hasEnded;
    private string? _problem;

    public DaemonHandle Daemon => daemon;

    public DaemonStatus? Status { get; private set; }

    public bool HasEnded => _hasEnded;

    /// <summary>Whether the daemon's own statuses come. Otherwise only looks tell of it.</summary>
    public bool IsWatched => _isWatched;

    /// <summary>The state in small letters.</summary>
    public string State => _hasEnded ? "gone" : _isSilent || Status is null ? DaemonView.NotAnswering : DaemonView.OfState(Status.State);

    /// <summary>What the daemon says, or why it says nothing.</summary>
    public string Message => (_hasEnded ? "" : _isSilent ? _problem : Status?.Message) ?? "";

    /// <summary>The finished share of the task, if it is known.</summary>
    public double? Progress => _hasEnded || _isSilent ? null : Status?.Progress;

    /// <summary>Whether it is the same daemon. A watch goes on with a successor, and then has that one's process id.</summary>
    public bool Is(DaemonHandle other) => daemon.ProcessId == other.ProcessId && daemon.Id == other.Id && daemon.Instance == other.Instance;

    /// <summary>Takes note of what a look has found. Returns whether that is news: the statuses of a daemon that is watched come by themselves.</summary>
    public bool Note(DaemonReport report)
    {
        bool wasSilent = _isSilent;
        _isSilent = report.Status is null;
        _problem = report.Problem;
        if (_isWatched)
        {
            return wasSilent != _isSilent;
        }

        Status = report.Status;
        return _isSilent && !wasSilent;
    }

    /// <summary>Takes note of a status of the watch.</summary>
    public void Note(DaemonStatus status)
    {
        Status = status;
        _isSilent = false;
    }

    /// <summary>Returns true once: the caller then watches the daemon.</summary>
    public bool TryBegin() => !_isWatched && (_isWatched = true);

    public void End() => _hasEnded = true;

    /// <summary>The row as it is now, for who shows it.</summary>
    public WatchedDaemon Copy() => (WatchedDaemon)MemberwiseClone();
}
