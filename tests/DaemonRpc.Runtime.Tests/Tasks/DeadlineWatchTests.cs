using DaemonRpc.Protocol;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class DeadlineWatchTests
{
    private readonly List<RunningTask> _passed = [];
    private readonly Queue<Action> _threads = [];
    private readonly DeadlineWatch _deadlines;

    public DeadlineWatchTests() => _deadlines = new DeadlineWatch(_passed.Add, StartThread);

    private bool IsThereAThread { get; set; } = true;

    private int Asked { get; set; }

    [Fact]
    public void Task_without_a_deadline_needs_no_thread_and_stays_its_runners()
    {
        RunningTask task = NewTask(null);

        _deadlines.Watch(task);
        _deadlines.Look();

        Assert.Equal(0, Asked);
        Assert.False(task.IsShared);
    }

    [Fact]
    public void Task_whose_deadline_has_passed_is_told_of_once_by_a_thread_that_then_ends()
    {
        RunningTask task = NewTask(TimeSpan.Zero);
        _deadlines.Watch(task);
        Assert.True(task.IsShared);
        Assert.Empty(_passed);

        _threads.Dequeue()();

        Assert.Equal([task], _passed);

        // The next one has a thread again.
        _deadlines.Watch(NewTask(TimeSpan.Zero));
        _threads.Dequeue()();
        Assert.Equal(2, _passed.Count);
    }

    [Fact]
    public async Task Deadline_that_is_earlier_than_the_one_before_wakes_the_thread()
    {
        RunningTask first = NewTask(TimeSpan.FromHours(1));
        RunningTask second = NewTask(TimeSpan.Zero);
        _deadlines.Watch(first);
        var thread = new Thread(_threads.Dequeue().Invoke) { IsBackground = true };
        thread.Start();
        Patience.Until(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin));

        Assert.True(first.TrySettle());
        _deadlines.Watch(second);

        Assert.True(await Patience.InThread(() => thread.Join(Patience.Limit)));
        Assert.Equal([second], _passed);
        Assert.Equal(1, Asked);
    }

    [Fact]
    public void Deadline_of_a_task_that_gave_way_is_kept_beside_that_of_a_later_one()
    {
        RunningTask gaveWay = NewTask(TimeSpan.Zero);
        RunningTask inBetween = NewTask(TimeSpan.FromHours(1));
        _deadlines.Watch(gaveWay);
        _deadlines.Watch(inBetween);
        IsThereAThread = false;

        _deadlines.Look();
        Assert.Empty(_passed);
        new Thread(_threads.Dequeue().Invoke) { IsBackground = true }.Start();

        Patience.Until(() => _passed is [var passed] && passed == gaveWay);
        Assert.True(inBetween.TrySettle());
        _deadlines.Watch(NewTask(TimeSpan.Zero));
        Patience.Until(() => _passed.Count == 2);
    }

    [Fact]
    public void Task_that_has_settled_is_not_told_of()
    {
        RunningTask task = NewTask(TimeSpan.Zero);
        _deadlines.Watch(task);
        Assert.True(task.TrySettle());

        _threads.Dequeue()();

        Assert.Empty(_passed);
    }

    [Fact]
    public void Where_there_is_no_thread_whoever_looks_sees_to_the_deadline()
    {
        IsThereAThread = false;
        RunningTask settled = NewTask(TimeSpan.Zero);
        _deadlines.Watch(settled);
        Assert.True(settled.TrySettle());
        _deadlines.Look();
        _deadlines.Watch(NewTask(TimeSpan.FromHours(1)));
        _deadlines.Look();
        Assert.Empty(_passed);

        RunningTask task = NewTask(TimeSpan.Zero);
        _deadlines.Watch(task);
        _deadlines.Look();
        _deadlines.Look();

        Assert.Equal([task], _passed);
    }

    [Fact]
    public void Thread_that_was_not_to_be_had_is_asked_for_again()
    {
        IsThereAThread = false;
        _deadlines.Watch(NewTask(TimeSpan.Zero));

        IsThereAThread = true;
        _deadlines.Look();
        _deadlines.Look();

        Assert.Empty(_passed);
        Assert.Equal(2, Asked);
        _threads.Dequeue()();
        Assert.Single(_passed);
    }

    private static RunningTask NewTask(TimeSpan? timeout) => new RunningTask().Begin(
        default, null!, 1, new RequestHeader(default, 1, 0, 0) { Deadline = timeout is { } time ? new Deadline(time) : null }, null);

    private bool StartThread(string name, Action work)
    {
        Asked++;
        if (IsThereAThread)
        {
            _threads.Enqueue(work);
        }

        return IsThereAThread;
    }
}
