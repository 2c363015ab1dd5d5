using DaemonRpc.Platform;

namespace DaemonRpc.Server;

/// <summary>Notices that a daemon was not used for long.</summary>
internal sealed class IdleWatch : IDisposable
{
    // What a timer can do at most is 49 days; for longer it is armed again.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    // Who starts a daemon has a call to make, and on a busy machine it takes its time to come.
    private static readonly TimeSpan s_firstUse = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly Func<bool> _tryStop;
    private readonly ITimer _timer;
    private long _lastUse;
    private volatile bool _isUsed;
    private volatile bool _counts;

    /// <param name="limit">How long unused is too long; infinite for never.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tryStop">Stops the daemon unless a task runs. A request that comes later is refused as stopping, and made again by its client.</param>
    public IdleWatch(TimeSpan limit, TimeProvider time, Func<bool> tryStop)
    {
        _limit = limit;
        _time = time;
        _tryStop = tryStop;
        _timer = time.CreateTimer(static watch => ((IdleWatch)watch!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins to count. Until the first use, however short the limit is, some seconds are waited.</summary>
    public void Start()
    {
        Volatile.Write(ref _lastUse, _time.GetTimestamp());
        _counts = true;
        Arm(Limit);
    }

    /// <summary>The daemon is being used. A store, and nothing more but for the first time: it is on the way of every call.</summary>
    public void Touch()
    {
        Volatile.Write(ref _lastUse, _time.GetTimestamp());
        if (!_isUsed)
        {
            _isUsed = true;
            if (_counts)
            {
                Arm(_limit);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private TimeSpan Limit => _isUsed || _limit == Timeout.InfiniteTimeSpan || _limit > s_firstUse ? _limit : s_firstUse;

    /// <summary>Stops the daemon if it was unused for too long.</summary>
    /// <remarks>
    /// The timer sees to that at the right moment, unless a task left the pool without a thread for it. So whoever comes by on
    /// a thread of its own looks too.
    /// </remarks>
    public void Look()
    {
        if (!_counts || _limit == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        TimeSpan left = Limit - _time.GetElapsedTime(Volatile.Read(ref _lastUse));
        if (left > TimeSpan.Zero)
        {
            Arm(left);
        }
        else if (!_tryStop())
        {
            // A task runs. It counts as use until it ends, and its end does.
            Start();
        }
    }

    private void Arm(TimeSpan due)
    {
        if (_limit == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        try
        {
            _ = _timer.Change(due < s_longest ? due : s_longest, Timeout.InfiniteTimeSpan);
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            // The system gives no thread for timers. Whoever comes by looks.
        }
    }
}
