using DaemonRpc.Protocol;

namespace DaemonRpc.Tasks;

/// <summary>Within which task of a daemon some code runs. Goes along with every await, thread and timer that a handler starts.</summary>
/// <remarks>
/// A daemon whose process makes no calls of its own pays nothing for it: its tasks share one mark, in a context that was
/// made once, which says only that it is some task of this daemon. From the first call on, each task has a mark of its own
/// (two small objects), so that what an earlier task has left running is not taken for the one that runs. Only in the one
/// that runs when that call is made, those before it cannot be told from it.
/// </remarks>
internal sealed class TaskFlow
{
    private static readonly AsyncLocal<Mark?> s_current = new();

    // Whether a call was made in this process, so that somebody wants to know.
    private static volatile bool s_isAsked;

    private readonly TaskSlot _slot;
    private readonly CallChain _outside;
    private readonly Mark _factory;
    private ExecutionContext? _shared;
    private CallChain? _making;

    public TaskFlow(TaskSlot slot, long incarnation)
    {
        _slot = slot;
        _outside = CallChain.Append(null, new DaemonTaskId(incarnation, 0));
        _factory = new Mark(this, null);
    }

    /// <summary>The chain of a call that the code which asks makes now; null outside of every daemon's handler and factory.</summary>
    public static CallChain? Current
    {
        get
        {
            if (!s_isAsked)
            {
                s_isAsked = true;
            }

            return Chain;
        }
    }

    private static CallChain? Chain => s_current.Value is { } mark ? mark.Flow.ChainOf(mark) : Ancestry.Inherited;

    /// <summary>The rest of the asynchronous method that calls this is part of the task. No other context may flow there.</summary>
    public void Enter(RunningTask task) => Enter(task, s_isAsked);

    /// <inheritdoc cref="Enter(RunningTask)"/>
    internal void Enter(RunningTask task, bool hasOwnMark)
    {
        task.SharesMark = !hasOwnMark;
        if (hasOwnMark)
        {
            s_current.Value = new Mark(this, task.Share());
        }
        else if (_shared is null)
        {
            s_current.Value = new Mark(this, null);
            _shared = ExecutionContext.Capture();
        }
        else
        {
            ExecutionContext.Restore(_shared);
        }
    }

    /// <summary>The rest of the asynchronous method that calls this is part of the making of the handler.</summary>
    public void EnterFactory()
    {
        // Whoever made this daemon waits for its factory. Nobody has asked yet, so that the tasks can still share a mark.
        _making = CallChain.Append(Chain, _outside.Links[0]);
        s_current.Value = _factory;
    }

    /// <summary>The handler is made. What the factory has left running is nobody's task.</summary>
    public void LeaveFactory() => _making = null;

    private CallChain ChainOf(Mark mark)
    {
        // For what a task has left running when it ended nobody waits: its callers are not in that chain any more.
        RunningTask? running = mark == _factory ? null : _slot.Running;
        bool isPartOfIt = running is not null && (mark.Task is null ? running.SharesMark : mark.Task == running);
        return isPartOfIt ? running!.Chain : _making ?? _outside;
    }

    private sealed class Mark(TaskFlow flow, RunningTask? task)
    {
        public TaskFlow Flow => flow;

        /// <summary>Null in the shared mark, and in the factory's.</summary>
        public RunningTask? Task => task;
    }
}
