namespace DaemonRpc.Tasks;

/// <summary>A task whose turn has come: a call from the queue, or a task that had given way.</summary>
/// <param name="Task">The task, which holds the slot.</param>
/// <param name="Call">The call that became the task; null for a task that had given way.</param>
/// <param name="Yielded">The task that had given way; null for a call.</param>
internal readonly record struct SlotTurn(RunningTask Task, QueuedCall? Call, YieldedTask? Yielded)
{
    /// <summary>What the task has reported so far.</summary>
    public TaskReport Report => Yielded?.Report ?? default;

    /// <summary>Runs the task. Called outside the slot's lock.</summary>
    public void Begin()
    {
        Call?.Start(Task);
        Yielded?.Grant();
    }
}
