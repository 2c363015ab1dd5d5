using System.Diagnostics;

namespace DaemonRpc.Platform;

/// <summary>Runs work on a thread that exists only while there is work: a demand starts the thread, which ends by itself.</summary>
/// <remarks>
/// The lock makes the thread's last look for demands and its end a single step. Otherwise a demand between the two would count on a thread that is about
/// to end. The work runs outside the lock, because it takes its owner's locks, and owners demand the thread while they hold them. So the work may miss
/// what was demanded while it ran, and therefore runs again.
/// </remarks>
/// <param name="name">The thread's name, for debuggers.</param>
/// <param name="work">Does what there is to do. Returns how soon it must run again, or null when there is nothing left to do.</param>
/// <param name="startThread">Starts a thread; null for <see cref="OwnThread"/>. Tests replace it to control when the thread runs.</param>
/// <param name="stackSize">The largest stack size in bytes.</param>
/// <param name="clock">The clock of the thread's sleep; null for real time.</param>
internal sealed class OnDemandThread(
    string name, Func<TimeSpan?> work, StartThread? startThread = null, int stackSize = OwnThread.SmallStack, TimeProvider? clock = null)
{
    private static readonly TimeSpan s_never = TimeSpan.MaxValue;

    private readonly object _gate = new();
    private bool _runs;

    // How long the thread sleeps, or will sleep after its current work. Not shortened as time passes, so that a demand for a later time needs neither a
    // wake-up nor a clock.
    private TimeSpan _sleep = s_never;

    /// <summary>Has the work run within this time. Starts the thread if there is none; wakes it if it would sleep longer.</summary>
    /// <returns>False when there is no thread and the system gives none. The next demand tries again.</returns>
    public bool Demand(TimeSpan within = default)
    {
        lock (_gate)
        {
            if (!_runs)
            {
                return TryStart();
            }

            Shorten(within);
            return true;
        }
    }

    /// <summary>Has the work run now if there is a thread; does not start one.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_runs)
            {
                Shorten(TimeSpan.Zero);
            }
        }
    }

    /// <summary>Waits until the thread has ended, at most this long.</summary>
    public void WaitForEnd(TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_runs && timeout - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left)
            {
                _ = Monitor.Wait(_gate, left);
            }
        }
    }

    private bool TryStart()
    {
        // Before the start: a test may run the whole thread within it.
        _runs = true;
        bool isThere = startThread?.Invoke(name, Run) ?? OwnThread.TryStart(name, Run, stackSize);
        _runs &= isThere;
        return isThere;
    }

    private void Shorten(TimeSpan within)
    {
        if (within < _sleep)
        {
            _sleep = within;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        if (clock is not null)
        {
            RunBy(clock);
            return;
        }

        while (GoesOn(work()))
        {
        }
    }

    private void RunBy(TimeProvider time)
    {
        while (true)
        {
            long begun = time.GetTimestamp();
            TimeSpan? next = work();
            using ITimer? alarm = next is { } due ? time.CreateTimer(_ => Wake(), null, due, Timeout.InfiniteTimeSpan) : null;

            // If the clock was moved meanwhile, the alarm may be too late.
            if ((next is null || time.GetTimestamp() == begun) && !GoesOn(next, waitsForAlarm: true))
            {
                return;
            }
        }
    }

    private bool GoesOn(TimeSpan? next, bool waitsForAlarm = false)
    {
        lock (_gate)
        {
            _sleep = next < _sleep ? next.Value : _sleep;
            _runs = _sleep != s_never;
            if (_runs)
            {
                _ = Monitor.Wait(_gate, waitsForAlarm && _sleep > TimeSpan.Zero ? Timeout.InfiniteTimeSpan : _sleep);
            }
            else
            {
                Monitor.PulseAll(_gate);
            }

            _sleep = s_never;
            return _runs;
        }
    }
}
