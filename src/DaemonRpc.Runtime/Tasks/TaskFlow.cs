using DaemonRpc.Protocol;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Tasks;

/// <summary>Knows within which task of a daemon some code runs. Follows every await, thread and timer that a handler starts.</summary>
/// <remarks>
/// Costs nothing in a daemon whose process makes no calls of its own and whose handlers never give way: all tasks share one mark, in an execution context
/// that was created once, which only says that the code belongs to some task of this daemon. From the first call, or the first time a task may give way,
/// on, each task has its own mark (two small objects), so that code left running by an earlier task is not taken for the current one. Only in the task that
/// runs at that first time can such code not be distinguished. A task whose caller receives what it logs always has its own mark.
/// </remarks>
internal sealed class TaskFlow
{
    private static readonly AsyncLocal<Mark?> s_current = new();

    // Whether this process has made a call, or a task of it may give way, so that marks are needed.
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

    /// <summary>The chain of a call that the current code makes now; null outside every daemon's handler and factory.</summary>
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

    /// <summary>The task of this daemon of which the current code is a part; null outside. The task may have ended.</summary>
    /// <remarks>Asks for marks, as <see cref="Current"/> does.</remarks>
    public RunningTask? Here
    {
        get
        {
            if (!s_isAsked)
            {
                s_isAsked = true;
            }

            return s_current.Value is { } mark && mark.Flow == this && mark != _factory ? mark.Task ?? _slot.WithSharedMark : null;
        }
    }

    /// <summary>The task of this daemon of which the current code is a part, if its caller receives what it logs; otherwise null. The task may have ended.</summary>
    public RunningTask? HereForLog => s_current.Value is { Task: { LogLevel: not LogLevel.None } task } mark && mark.Flow == this ? task : null;

    private static CallChain? Chain => s_current.Value is { } mark ? mark.Chain ?? mark.Flow!.ChainOf(mark) : Ancestry.Inherited;

    /// <summary>Makes the rest of the calling asynchronous method part of the task. No other context may flow there.</summary>
    public void Enter(RunningTask task) => Enter(task, s_isAsked || task.LogLevel != LogLevel.None);

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

    /// <summary>Makes the rest of the calling asynchronous method part of the factory.</summary>
    public void EnterFactory()
    {
        // Whoever created this daemon waits for its factory. The chain is read directly, without asking for marks, so that tasks can still share one.
        _making = CallChain.Append(Chain, _outside.Links[0]);
        s_current.Value = _factory;
    }

    /// <summary>Makes the rest of the calling asynchronous method part of a task of another daemon, whose handler waits for it.</summary>
    /// <param name="chain">The chain of the calls that are made here.</param>
    public static void EnterAnswer(CallChain chain) => s_current.Value = new Mark(null, null, chain);

    /// <summary>Ends the factory. Code that it left running belongs to no task.</summary>
    public void LeaveFactory() => _making = null;

    private CallChain ChainOf(Mark mark)
    {
        // Nobody waits for code that a task left running when it ended, so that task's callers are not in its chain.
        RunningTask? task = mark == _factory ? null : mark.Task is null ? _slot.WithSharedMark : _slot.HasBegun(mark.Task) ? mark.Task : null;
        return task is not null ? task.Chain : _making ?? _outside;
    }

    private sealed class Mark(TaskFlow? flow, RunningTask? task, CallChain? chain = null)
    {
        public TaskFlow? Flow => flow;

        /// <summary>The chain of calls made here, if it does not depend on what runs.</summary>
        public CallChain? Chain => chain;

        /// <summary>The task; null in the shared mark and in the factory's.</summary>
        public RunningTask? Task => task;
    }
}
