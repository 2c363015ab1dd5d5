using DaemonRpc.Framing;
using DaemonRpc.Session;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

/// <summary>In which order what follows a task's end is done, and who is told of it.</summary>
public sealed class TaskRunnerTests : ITaskEvents, IDisposable
{
    private readonly List<string> _happened = [];
    private readonly ScriptedChannel _channel;
    private readonly TaskSlot _slot;
    private readonly ScriptedHandler _handler = new();
    private readonly TaskRunner _runner;
    private readonly RunningTask _task;

    public TaskRunnerTests()
    {
        var board = new StatusBoard();
        board.Ready();
        _slot = new TaskSlot(board, incarnation: 1, TimeProvider.System);
        _runner = new TaskRunner(_slot, new TaskFlow(_slot, incarnation: 1), _handler, 1000, this);
        _channel = new ScriptedChannel { Taking = bytes => Note($"sent {FrameHeader.Read(bytes).Kind}") };
        var session = new ServerSession(_channel, null!, 1000, new ReaderThreads());
        Assert.True(_slot.TryAdmit(Admission.Asked() with { Owner = session, CallId = 7, Runner = _runner }, out RunningTask? task, out _));
        _task = task;
    }

    public void Dispose() => _channel.Dispose();

    bool ITaskEvents.Started(in TaskDescription task)
    {
        Note($"started {task.Method}");
        return true;
    }

    void ITaskEvents.Ended(in TaskDescription task, Exception? failure, bool isCanceled, bool isWanted)
    {
        Assert.True(isWanted);
        Note($"ended {task.Method} {failure?.Message ?? "well"} {(isCanceled ? "as it was cancelled" : "by itself")}");
    }

    [Fact]
    public void End_is_told_of_while_the_slot_is_taken_and_the_owner_is_answered_when_it_is_free()
    {
        _handler.Reading = _ => Note("handler");

        Run(cancels: false);

        Assert.Equal(
            ["started RunAsync, busy", "handler, busy", "ended RunAsync well by itself, busy", "sent Result, free"],
            _happened);
    }

    [Fact]
    public void Failure_is_the_owners_and_is_told_of()
    {
        _handler.Run = static (_, _, _) => throw new InvalidDataException("Broken.");

        Run(cancels: false);

        Assert.Equal(["ended RunAsync Broken. by itself, busy", "sent Error, free"], _happened[^2..]);
    }

    [Fact]
    public void Handler_that_gives_up_is_cancelled_only_if_somebody_asked_for_it()
    {
        _handler.Run = static (_, _, _) => throw new OperationCanceledException("Enough.");

        Run(cancels: false);

        Assert.Equal(["ended RunAsync Enough. by itself, busy", "sent Error, free"], _happened[^2..]);
    }

    [Fact]
    public void Canceller_is_told_after_the_owner()
    {
        _handler.Run = static (_, _, _) => throw new OperationCanceledException("Enough.");

        Run(cancels: true);

        Assert.Equal(["ended RunAsync Enough. as it was cancelled, busy", "sent Canceled, free", "canceller Stopped by 5, free"], _happened[^3..]);
    }

    [Fact]
    public void Task_that_was_ended_by_force_answers_nobody()
    {
        _handler.Run = (_, _, _) =>
        {
            Assert.True(_task.TrySettle(byForce: true));
            return default;
        };

        Run(cancels: false);

        Assert.Equal(["started RunAsync, busy"], _happened);
    }

    private void Run(bool cancels)
    {
        if (cancels)
        {
            Assert.True(_task.TryRequestCancel(5, (outcome, by) => Note($"canceller {outcome} by {by}"), out _));
        }

        _runner.RunHere(_task, default);
    }

    private void Note(string what) => _happened.Add($"{what}, {(_slot.Running is null ? "free" : "busy")}");
}
