namespace DaemonRpc.Tasks;

/// <summary>Is notified when a task begins and ends, on the task's thread. Must not block.</summary>
internal interface ITaskEvents
{
    /// <summary>Called when the handler is about to run.</summary>
    /// <returns>Whether to report the task's end too.</returns>
    bool Started(in TaskDescription task);

    /// <summary>Called when the handler has ended, before the slot is freed and the caller answered, so no later task has begun. Runs no user code.</summary>
    /// <param name="task">The task.</param>
    /// <param name="failure">The handler's exception, or null.</param>
    /// <param name="isCanceled">Whether the exception is how the handler obeyed a cancellation.</param>
    /// <param name="isWanted">What <see cref="Started"/> returned.</param>
    void Ended(in TaskDescription task, Exception? failure, bool isCanceled, bool isWanted);
}
