namespace DaemonRpc.Tasks;

/// <summary>Lets the running task give way to calls that wait, on behalf of its handler.</summary>
/// <param name="slot">The slot of the running task.</param>
/// <param name="flow">Knows of which task the calling code is a part.</param>
internal sealed class TaskYield(TaskSlot slot, TaskFlow flow)
{
    /// <summary>Gives the slot to whoever waits for it, and completes when the task holds it again. Completes at once when nobody waits.</summary>
    /// <param name="cancellationToken">Checked before the task gives way and when it goes on.</param>
    /// <exception cref="InvalidOperationException">The caller is no part of a running task, or its task has given way already.</exception>
    public ValueTask YieldAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        // The execution context of a part of the task, once found to be one, stays one: comparing it is cheaper than looking into it.
        var context = ExecutionContext.Capture();
        RunningTask? task = slot.Holder;
        if (task is null || task.HasGivenWay || context is null || !ReferenceEquals(context, task.YieldsIn))
        {
            task = Check(context);
        }

        return slot.AnyWaits ? GiveWay(task, cancellationToken) : default;
    }

    /// <summary>Creates the exception for code that must not give way.</summary>
    /// <param name="task">The task of which the code is a part, or null.</param>
    public static InvalidOperationException NotRunning(RunningTask? task) => new(task is { HasGivenWay: true }
        ? $"DaemonContext.YieldAsync was called while its task, {task.Description.Method}, had given way already. Await each YieldAsync before the next, where no other part of the task works."
        : "DaemonContext.YieldAsync was called outside a running task of its daemon. Await it inside a contract method: not in the factory, and not in code that an ended call left running.");

    private RunningTask Check(ExecutionContext? context)
    {
        RunningTask? task = flow.Here;
        if (task is null || task.HasGivenWay || slot.Holder != task)
        {
            throw NotRunning(task);
        }

        task.YieldsIn = context;
        return task;
    }

    private ValueTask GiveWay(RunningTask task, CancellationToken cancellationToken)
    {
        // Whoever sends what waits looks after the items of one task, from now on another one's.
        task.Flush();
        var yielded = new YieldedTask(task, static yielded => yielded.Task.Runner!.Resume(yielded), cancellationToken);
        if (task.CallerChain is not null)
        {
            // Done while the task holds the slot: the next task may have a chain of its own.
            Ancestry.Shorten(task.Chain);
        }

        if (slot.TryGiveWay(yielded))
        {
            return yielded.Wait;
        }

        if (task.CallerChain is not null)
        {
            Ancestry.Extend(task.Chain);
        }

        return default;
    }
}
