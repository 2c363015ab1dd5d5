using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

/// <summary>
/// A thread on demand that goes on when the test says so: it is begun, is in its work until that is ended, and then sleeps or is over. Each step is made
/// of the real one and of a model of it, which must come to the same.
/// </summary>
internal sealed class SteppedThread : IDisposable
{
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _mayLeave = new(0);
    private readonly OnDemandThread _subject;
    private Action? _started;
    private Thread? _thread;
    private TimeSpan? _next;
    private volatile bool _isInWork;
    private int _starts;
    private int _calls;

    // The model.
    private Stage _stage = Stage.None;
    private TimeSpan _sleep = TimeSpan.MaxValue;
    private int _expectedStarts;
    private int _expectedCalls;

    public SteppedThread() => _subject = new OnDemandThread("DaemonRpc test", Work, StartThread);

    private enum Stage
    {
        None,
        Starting,
        Working,
        Sleeping,
    }

    public bool IsThereAThread { get; set; } = true;

    public void Demand(TimeSpan within = default)
    {
        bool isExpected = _stage != Stage.None || IsThereAThread;
        _expectedStarts += _stage == Stage.None && IsThereAThread ? 1 : 0;
        Assert.Equal(isExpected, _subject.Demand(within));
        if (_stage == Stage.None)
        {
            _stage = isExpected ? Stage.Starting : Stage.None;
        }
        else
        {
            Shorten(within);
        }

        Check();
    }

    public void Wake()
    {
        _subject.Wake();
        if (_stage != Stage.None)
        {
            Shorten(TimeSpan.Zero);
        }

        Check();
    }

    /// <summary>Has a started thread begin.</summary>
    public void Begin()
    {
        if (_stage == Stage.Starting)
        {
            _thread = new Thread(_started!.Invoke) { IsBackground = true };
            _thread.Start();
            Enter();
        }

        Check();
    }

    /// <summary>Ends the work that runs, which wants to run again after this time; null for no more.</summary>
    public void End(TimeSpan? next)
    {
        if (_stage == Stage.Working)
        {
            _next = next;
            _ = _mayLeave.Release();
            _sleep = next < _sleep ? next.Value : _sleep;
            switch (_sleep.Ticks)
            {
                case 0:
                    Enter();
                    break;

                case long.MaxValue:
                    Assert.True(_thread!.Join(Patience.Limit));
                    _stage = Stage.None;
                    break;

                default:
                    Patience.Until(() => !_isInWork && _thread!.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
                    _stage = Stage.Sleeping;
                    break;
            }
        }

        Check();
    }

    /// <summary>Lets the thread come to its end.</summary>
    public void Dispose()
    {
        while (_stage != Stage.None)
        {
            Begin();
            if (_stage == Stage.Sleeping)
            {
                Wake();
            }

            End(null);
        }

        _entered.Dispose();
        _mayLeave.Dispose();
    }

    private void Shorten(TimeSpan within)
    {
        if (within < _sleep)
        {
            _sleep = within;
            if (_stage == Stage.Sleeping)
            {
                Enter();
            }
        }
    }

    private void Enter()
    {
        Assert.True(_entered.Wait(Patience.Limit), "The work does not run.");
        _expectedCalls++;
        (_stage, _sleep) = (Stage.Working, _stage == Stage.Starting ? _sleep : TimeSpan.MaxValue);
    }

    private void Check() => Assert.Equal((_expectedStarts, _expectedCalls), (_starts, Volatile.Read(ref _calls)));

    private bool StartThread(string name, Action work)
    {
        _starts += IsThereAThread ? 1 : 0;
        _started = work;
        return IsThereAThread;
    }

    private TimeSpan? Work()
    {
        _isInWork = true;
        _ = Interlocked.Increment(ref _calls);
        _ = _entered.Release();
        _ = _mayLeave.Wait(Patience.Limit);
        TimeSpan? next = _next;
        _isInWork = false;
        return next;
    }
}
