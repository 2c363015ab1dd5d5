using DaemonRpc.Platform;

namespace DaemonRpc.Tasks;

/// <summary>A thread that sees to it that nobody waits in the queue for longer than it said. Lives only while somebody waits with a limit.</summary>
/// <remarks>Not a timer of the pool: a handler that blocks every pool thread would have others wait for as long as it likes.</remarks>
/// <param name="refuseOverdue">Refuses those whose limit has passed, and says how long until the next one passes; null when there is none.</param>
/// <param name="startThread">Starts a thread of that name; tests decide themselves when it goes on.</param>
internal sealed class WaitLimits(Func<TimeSpan?> refuseOverdue, StartThread? startThread = null)
{
    private readonly StartThread _startThread = startThread ?? StartSmallThread;
    private readonly object _gate = new();
    private bool _runs;
    private bool _changed;
    private bool _hasLimits;

    /// <summary>A limit has been added, or there is none any more.</summary>
    public void Changed(bool hasLimits)
    {
        lock (_gate)
        {
            _changed = true;
            Monitor.PulseAll(_gate);
            _hasLimits = hasLimits;
            _ = !hasLimits || HasThread();
        }
    }

    /// <summary>Where the system gives no thread for it, whoever comes by now and then sees to the limits.</summary>
    public void Look()
    {
        lock (_gate)
        {
            if (!_hasLimits || HasThread())
            {
                return;
            }
        }

        _ = refuseOverdue();
    }

    // The thread may be over before who starts it goes on, in a test: then it has said so last.
    private bool HasThread()
    {
        if (!_runs)
        {
            _runs = true;
            if (!_startThread("DaemonRpc waits", Run))
            {
                _runs = false;
            }
        }

        return _runs;
    }

    private static bool StartSmallThread(string name, Action work) => OwnThread.TryStart(name, work, OwnThread.SmallStack);

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                _changed = false;
            }

            // Outside the gate: it takes the slot's lock, under which limits are added.
            TimeSpan? next = refuseOverdue();
            lock (_gate)
            {
                if (_changed)
                {
                    continue;
                }

                if (next is null)
                {
                    _runs = false;
                    return;
                }

                _ = Monitor.Wait(_gate, next.Value);
            }
        }
    }
}
