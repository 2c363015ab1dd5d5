using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Telemetry;

namespace DaemonRpc.Tasks;

/// <summary>Runs an admitted task and settles it.</summary>
/// <param name="slot">The slot that the task holds.</param>
/// <param name="flow">Marks the handler's code as the task's.</param>
/// <param name="handler">Runs the call.</param>
/// <param name="maxFrameBytes">The size limit of results and items.</param>
/// <param name="events">Notified of begins and ends.</param>
/// <param name="queue">Queues a task to run; replaced in tests.</param>
/// <param name="contract">The full name of the contract, for listeners.</param>
internal sealed class TaskRunner(
    TaskSlot slot, TaskFlow flow, ITaskHandler handler, int maxFrameBytes, ITaskEvents events, Action<TaskRunner.Work>? queue = null,
    string contract = "")
{
    /// <summary>Sends batched items after a short time.</summary>
    public ItemFlusher Items { get; } = new();

    /// <summary>The size limit of results and items, in bytes.</summary>
    public int MaxFrameBytes => maxFrameBytes;

    /// <inheritdoc cref="TaskSlot.Asks"/>
    public void Asks(RunningTask task, string? method) => slot.Asks(task, method);

    /// <summary>Whether a task may run on the thread that read its request.</summary>
    public bool RunsOnReaders => queue is null;

    /// <summary>Starts the task on the thread pool. Takes ownership of the arguments.</summary>
    public void Start(RunningTask task, byte[] arguments) => Start(new Work(this, task, arguments, null));

    /// <summary>Lets a task that had given way go on, on the thread pool.</summary>
    public void Resume(YieldedTask task) => Start(new Work(this, task.Task, [], task));

    /// <summary>Runs the task on this thread, at least up to its first await. Afterwards the arguments and the task are no longer needed here.</summary>
    public void RunHere(RunningTask task, ReadOnlyMemory<byte> arguments) => _ = RunAsync(task, arguments);

    private void Start(in Work work)
    {
        if (queue is not null)
        {
            queue(work);
        }
        else
        {
            try
            {
                _ = ThreadPool.UnsafeQueueUserWorkItem(static work => work.Run(), work, preferLocal: false);
            }
            catch (Exception exception) when (OwnThread.IsShortage(exception))
            {
                // The pool has queued the work nevertheless, and runs it when it has a worker again.
                PoolThreads.Cap();
            }
        }
    }

    private async Task RunAsync(RunningTask task, ReadOnlyMemory<byte> arguments)
    {
        Exception? failure = null;
        ErrorMessage? error = null;
        flow.Enter(task);
        if (task.CallerChain is not null)
        {
            Ancestry.Extend(task.Chain);
        }

        bool endIsWanted = events.Started(task.Description);
        CallWatch? watch = CallWatch.IsServerWanted
            ? CallWatch.BeginServer(contract, task.Description.Method, task.Request.Trace, task.Description.Id, task.Description.ClientProcessId)
            : null;
        try
        {
            await handler.RunAsync(task.Request.Method, arguments, task.Request.ArgumentCount, task.Reply).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The caller gets whatever a handler throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;

            // Done while the task still runs and can be cancelled or ended, because formatting an exception may run the handler's code.
            error = IsStopped(task, failure) ? null : task.Reply.ErrorOf(failure);
        }

        watch?.EndServer(failure, IsStopped(task, failure));
        if (task.CallerChain is not null)
        {
            // Done before the slot is free: the next task may have a chain of its own.
            Ancestry.Shorten(task.Chain);
        }

        if (task.TrySettle())
        {
            Settle(task, failure, error, endIsWanted);
        }
    }

    private static bool IsStopped(RunningTask task, Exception? failure) => failure is OperationCanceledException && task.CanceledBy is not null;

    /// <summary>Frees the slot, then answers, so that the owner's next call is not refused because of this task. Runs no user code.</summary>
    private void Settle(RunningTask task, Exception? failure, ErrorMessage? error, bool endIsWanted)
    {
        FrameBuffer result = task.Reply.TakeResult();
        int? canceledBy = task.CanceledBy;
        bool stopped = IsStopped(task, failure);
        events.Ended(task.Description, failure, stopped, endIsWanted);
        error = stopped ? null : error;
        CancelOutcome outcome = stopped ? CancelOutcome.Stopped : CancelOutcome.Completed;
        task.EndConversation();
        slot.Release(task, error is null ? null : $"{task.Description.Method} failed: {error.Message}", outcome);
        if (failure is null)
        {
            task.Owner.Send(FrameKind.Result, task.CallId, result);
        }
        else
        {
            result.Truncate(0);
            if (error is null)
            {
                new CancelReply(CancelOutcome.Stopped, canceledBy ?? 0).Write(result);
            }
            else
            {
                error.Write(result);
            }

            task.Owner.Send(error is null ? FrameKind.Canceled : FrameKind.Error, task.CallId, result);
        }

        task.TellCancellers(outcome);
        slot.Answered(task);
    }

    /// <summary>A task queued to run, or to go on.</summary>
    internal readonly struct Work(TaskRunner runner, RunningTask task, byte[] arguments, YieldedTask? yielded)
    {
        /// <summary>The name of a thread that does nothing else.</summary>
        public string Name => yielded is null ? "DaemonRpc task" : "DaemonRpc resumption";

        public void Run()
        {
            if (yielded is null)
            {
                runner.RunHere(task, arguments);
            }
            else
            {
                yielded.GoOn();
            }
        }
    }
}
