using DaemonRpc.Platform;

namespace DaemonRpc.Server;

/// <summary>Stops a daemon that has not been used for its idle timeout.</summary>
internal sealed class IdleWatch : IDisposable
{
    // A timer can wait at most 49 days; for longer timeouts it is armed again.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    // A daemon was started for a call, which may take a while to arrive on a busy machine.
    private static readonly TimeSpan s_firstUse = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly Func<bool> _tryStop;
    private readonly ITimer _timer;
    private TimeSpan _timeout;
    private long _lastUse;
    private volatile bool _isUsed;
    private volatile bool _counts;

    /// <summary>Creates the watch.</summary>
    /// <param name="timeout">The idle timeout; infinite for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tryStop">Stops the daemon unless a task runs. A later request is refused as stopping, and its client repeats it.</param>
    public IdleWatch(TimeSpan timeout, TimeProvider time, Func<bool> tryStop)
    {
        _timeout = timeout;
        _time = time;
        _tryStop = tryStop;
        _timer = time.CreateTimer(static watch => ((IdleWatch)watch!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins to count, with a timeout that may be another one than when the watch was created.</summary>
    public void Start(TimeSpan timeout)
    {
        _timeout = timeout;
        Start();
    }

    /// <summary>Begins to count. However short the timeout, the first use is awaited for some seconds.</summary>
    public void Start()
    {
        Volatile.Write(ref _lastUse, _time.GetTimestamp());
        _counts = true;
        Arm(CurrentTimeout);
    }

    /// <summary>Records that the daemon is being used. Costs one store, except the first time, because every call does it.</summary>
    public void Touch()
    {
        Volatile.Write(ref _lastUse, _time.GetTimestamp());
        if (!_isUsed)
        {
            _isUsed = true;
            if (_counts)
            {
                Arm(_timeout);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>The idle timeout; before the first use, at least 5 seconds.</summary>
    private TimeSpan CurrentTimeout => _isUsed || _timeout == Timeout.InfiniteTimeSpan || _timeout > s_firstUse ? _timeout : s_firstUse;

    /// <summary>Stops the daemon if it was unused for the timeout.</summary>
    /// <remarks>
    /// Normally the timer calls this at the right moment. A task may have left the thread pool without a thread for the
    /// timer, so other threads of the daemon call it now and then too.
    /// </remarks>
    public void Look()
    {
        if (!_counts || _timeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        TimeSpan left = CurrentTimeout - _time.GetElapsedTime(Volatile.Read(ref _lastUse));
        if (left > TimeSpan.Zero)
        {
            Arm(left);
        }
        else if (!_tryStop())
        {
            // A task is running. It counts as use until it ends, and so does its end.
            Start();
        }
    }

    private void Arm(TimeSpan due)
    {
        if (_timeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        try
        {
            _ = _timer.Change(due < s_longest ? due : s_longest, Timeout.InfiniteTimeSpan);
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            // The system gives no thread for timers. Other threads call Look.
        }
    }
}
