using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.Tasks;

/// <summary>Runs an admitted task on the thread pool and settles it.</summary>
/// <param name="slot">What the task holds.</param>
/// <param name="flow">Marks the handler's code as the task's.</param>
/// <param name="handler">What runs it.</param>
/// <param name="maxFrameBytes">How large its answers may be.</param>
/// <param name="onEnded">Called before the slot is free.</param>
/// <param name="queue">Has a task run, soon; tests decide themselves when.</param>
internal sealed class TaskRunner(
    TaskSlot slot, TaskFlow flow, ITaskHandler handler, int maxFrameBytes, Action onEnded, Action<TaskRunner.Work>? queue = null)
{
    private readonly Action<Work> _queue = queue ?? Queue;

    /// <summary>Starts the task. Takes the arguments over.</summary>
    public void Start(RunningTask task, uint method, byte[] arguments, int argumentCount) => _queue(new Work(this, task, method, arguments, argumentCount));

    private static void Queue(Work work) => ThreadPool.UnsafeQueueUserWorkItem(static work => work.Run(), work, preferLocal: false);

    private async Task RunAsync(RunningTask task, uint method, byte[] arguments, int argumentCount)
    {
        var reply = new TaskReply(task, maxFrameBytes);
        Exception? failure = null;
        flow.Enter(task);
        if (task.CallerChain is not null)
        {
            Lineage.Extend(task.Chain);
        }

        try
        {
            await handler.RunAsync(method, arguments, argumentCount, reply, task.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a handler throws belongs to its caller, who gets it whole.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        if (task.CallerChain is not null)
        {
            // Before the slot is free: the next task may have a chain of its own.
            Lineage.Shorten(task.Chain);
        }

        if (task.TrySettle())
        {
            Settle(task, reply, failure);
        }
    }

    /// <summary>Frees the slot, then answers: the owner's next call must not be refused because of this one.</summary>
    private void Settle(RunningTask task, TaskReply reply, Exception? failure)
    {
        FrameBuffer result = reply.TakeResult();
        int? canceledBy = task.CanceledBy;
        bool stopped = canceledBy is not null && failure is OperationCanceledException;
        onEnded();
        ErrorMessage? error = failure is null || stopped ? null : ErrorMessage.Of(failure);
        CancelOutcome outcome = stopped ? CancelOutcome.Stopped : CancelOutcome.Completed;
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
        slot.Answered();
    }

    /// <summary>A task that is to run. A value: an ordinary call allocates what its task is made from, and no more.</summary>
    internal readonly struct Work(TaskRunner runner, RunningTask task, uint method, byte[] arguments, int argumentCount)
    {
        public void Run() => _ = runner.RunAsync(task, method, arguments, argumentCount);
    }
}
