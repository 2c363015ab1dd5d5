using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

/// <summary>A slot, and a list beside it that says who waits, who gave way, and who is next.</summary>
internal sealed class YieldModel
{
    private readonly StatusBoard _board = new();
    private readonly TaskSlot _slot;
    private readonly List<Entry> _line = [];
    private readonly List<RecordedWaiter> _all = [];
    private readonly List<RunningTask> _wentOn = [];
    private readonly List<RunningTask> _cancelled = [];
    private Entry? _running;
    private bool _draining;

    public YieldModel()
    {
        _slot = new TaskSlot(_board, incarnation: 1, TimeProvider.System, mostBytesQueued: 4);
        _board.Ready();
    }

    public void Run((int Step, int Which)[] steps)
    {
        foreach ((int step, int which) in steps)
        {
            Take(step, which);
            Check();
        }
    }

    private void Take(int step, int which)
    {
        switch (step)
        {
            case 0 or 1:
                Enter(listens: which > 0);
                break;

            case 2:
                // A newcomer that does not wait never overtakes those who do, nor a task that gave way.
                Assert.Equal(_running is null && !_draining, _slot.TryAdmit(Admission.Asked(), out RunningTask? task, out _));
                _running = task is null ? _running : new Entry(null) { Task = task };
                break;

            case 3 when _running is not null:
                Next(() => Release(_running.Task!), away: null);
                break;

            case 4 when _all.Count > 0:
                RecordedWaiter wanted = _all[which % _all.Count];
                Assert.Equal(_line.RemoveAll(entry => entry.Call == wanted && entry.Task is null) > 0, _slot.TryWithdraw(wanted.Owner, wanted.CallId));
                break;

            case 5 when which == 0:
                _ = _slot.Drain("Leaving.", () => { }, null);
                _draining = true;
                _ = _line.RemoveAll(entry => entry.Task is null);
                break;

            case 6 when _running is { IsCancelled: false, Task: { } yielding }:
                Next(() => _slot.TryGiveWay(new YieldedTask(yielding, yielded => _wentOn.Add(yielded.Task), default)), away: _running);
                break;

            case 7 when _line.FindAll(entry => entry is { Task: not null, IsCancelled: false }) is { Count: > 0 } away:
                Entry hurried = away[which % away.Count];
                Assert.False(_slot.HoldsFor(hurried.Task!, _cancelled.Add));
                _ = _line.Remove(hurried);
                _line.Insert(_line.Count(entry => entry.IsCancelled), hurried);
                hurried.IsCancelled = true;
                break;

            default:
                break;
        }
    }

    private void Enter(bool listens)
    {
        var call = new RecordedWaiter((uint)_all.Count + 100, bytes: 1) { Listens = listens };
        int waiting = _line.Count(entry => entry.Task is null);
        QueueEntry expected = _draining ? QueueEntry.Draining : _running is null ? QueueEntry.Admitted : waiting == 4 ? QueueEntry.Full : QueueEntry.Queued;
        Assert.Equal(expected, _slot.Enter(call, out _));
        _all.Add(call);
        if (expected == QueueEntry.Queued)
        {
            _line.Add(new Entry(call));
        }
        else if (expected == QueueEntry.Admitted)
        {
            _running = new Entry(call) { Task = call.Task };
        }
    }

    /// <summary>The running task ends, or gives way, if anybody is there to be given way to.</summary>
    private void Next(Action step, Entry? away)
    {
        (int wentOn, int cancelled) = (_wentOn.Count, _cancelled.Count);
        step();
        Entry? next = null;
        while (_line.Count > 0 && next is null)
        {
            next = _line[0].Task is not null || _line[0].Call!.Listens ? _line[0] : null;
            _line.RemoveAt(0);
        }

        if (away is not null && next is not null)
        {
            _line.Add(away);
        }

        if (next?.Task is { } goesOn)
        {
            // One that was cancelled goes on by its token.
            Assert.Equal(next.IsCancelled ? [] : [goesOn], _wentOn[wentOn..]);
            Assert.Equal(next.IsCancelled ? [goesOn] : [], _cancelled[cancelled..]);
            if (next.IsCancelled)
            {
                goesOn.CancelToken();
                Assert.Same(goesOn, _wentOn[^1]);
            }

            goesOn.HasGivenWay = false;
        }
        else if (next is not null)
        {
            next.Task = next.Call!.Task;
            Assert.NotNull(next.Task);
        }

        _running = away is null ? next : next ?? away;
    }

    private void Release(RunningTask task)
    {
        _slot.Release(task, null);
        _slot.Answered();
    }

    private void Check()
    {
        DaemonStatus status = _board.Current;
        Assert.Same(_running?.Task, _slot.Running);
        Assert.Equal(_line.Count > 0, _slot.AnyWaits);
        Assert.Equal(_line.Where(entry => entry.Task is null).Select(entry => entry.Call!.ClientProcessId), status.Queue?.Processes ?? []);
        Assert.Equal(_line.Where(entry => entry.Task is not null).OrderBy(entry => entry.IsCancelled ? 0 : 1).Select(entry => entry.Task!.Description.Id), status.YieldedTasks.Select(task => task.Id));
        Assert.Equal(_running?.Task!.Description.Id, status.Task?.Id);
        Assert.All(_all, call => Assert.InRange(call.Told.Count(told => told == "runs" || told.StartsWith("refused", StringComparison.Ordinal)), 0, 1));
    }

    /// <summary>Who waits: a call that has no task yet, or a task that gave way.</summary>
    private sealed class Entry(RecordedWaiter? call)
    {
        public RecordedWaiter? Call => call;

        public RunningTask? Task { get; set; }

        public bool IsCancelled { get; set; }
    }
}
