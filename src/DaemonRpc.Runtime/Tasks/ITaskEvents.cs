namespace DaemonRpc.Tasks;

/// <summary>Who wants to know of each task when it begins and ends. Called on the thread that runs the task; must not wait.</summary>
internal interface ITaskEvents
{
    /// <summary>The handler is about to run.</summary>
    /// <returns>Whether its end is wanted too.</returns>
    bool Started(in TaskDescription task);

    /// <summary>The handler has ended, the slot is about to be free, and the caller to be answered: no later task has begun. Runs no code of the user's.</summary>
    /// <param name="task">What is told of it.</param>
    /// <param name="failure">What the handler threw, or null.</param>
    /// <param name="isCanceled">Whether that was how it obeyed a cancellation.</param>
    /// <param name="isWanted">What <see cref="Started"/> returned.</param>
    void Ended(in TaskDescription task, Exception? failure, bool isCanceled, bool isWanted);
}
