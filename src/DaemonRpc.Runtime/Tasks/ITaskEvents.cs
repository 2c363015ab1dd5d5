namespace DaemonRpc.Tasks;

/// <summary>Who wants to know of each task when it begins and ends. Called on the thread that runs the task; must not wait.</summary>
internal interface ITaskEvents
{
    /// <summary>The handler is about to run.</summary>
    void Started(in TaskDescription task);

    /// <summary>The handler has ended, and the slot is about to be free.</summary>
    void Ended();

    /// <summary>The caller was answered.</summary>
    /// <param name="task">What is told of it.</param>
    /// <param name="failure">What the handler threw, or null.</param>
    /// <param name="isCanceled">Whether that was how it obeyed a cancellation.</param>
    void Answered(in TaskDescription task, Exception? failure, bool isCanceled);
}
