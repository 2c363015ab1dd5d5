using DaemonRpc.Logging;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Server;

/// <summary>
/// Marks the daemon as used when tasks end, and logs tasks: a handler's exception as an error, as ASP.NET Core does,
/// and, for users with a logger of their own, begin and end as information.
/// </summary>
/// <param name="idle">Notified of each end.</param>
/// <param name="log">Receives the errors. Does not block.</param>
/// <param name="tasks">The user's logger for begins and ends, asked whether it wants them; null when there is none.</param>
/// <param name="queuedTasks">Passes begins and ends to the user's logger. Does not block.</param>
/// <param name="clock">Measures how long a task took.</param>
internal sealed class TaskEvents(IdleWatch idle, ILogger log, ILogger? tasks, ILogger queuedTasks, TimeProvider clock) : ITaskEvents
{
    /// <summary>Creates the events of a daemon with these options.</summary>
    public static TaskEvents Of(DaemonOptions options, IdleWatch idle, ILogger log)
    {
        ILogger? tasks = options.LoggerFactory?.CreateLogger(Category);
        return new TaskEvents(idle, log, tasks, tasks is null ? NullLogger.Instance : (log as LogQueue)?.For(tasks) ?? new LogQueue(tasks), options.TimeProvider);
    }

    /// <summary>The log category of begins and ends, for filtering.</summary>
    public const string Category = "DaemonRpc.Tasks";

    public bool Started(in TaskDescription task)
    {
        if (!IsWanted)
        {
            return false;
        }

        LogMessages.TaskStarted(queuedTasks, task.Id, task.Method, task.ClientProcessId);
        return true;
    }

    public void Ended(in TaskDescription task, Exception? failure, bool isCanceled, bool isWanted)
    {
        idle.Touch();
        if (failure is not null && !isCanceled)
        {
            LogMessages.TaskFailed(log, failure, task.Id, task.Method, task.ClientProcessId);
        }

        if (isWanted)
        {
            string how = failure is null ? "returned" : isCanceled ? "was cancelled" : "failed";
            LogMessages.TaskEnded(queuedTasks, task.Id, task.Method, how, (clock.GetUtcNow() - task.StartedAt).TotalMilliseconds);
        }
    }

    private bool IsWanted
    {
        get
        {
            try
            {
                return tasks is not null && tasks.IsEnabled(LogLevel.Information);
            }
#pragma warning disable CA1031 // A failing logger must not fail a task, and there is nowhere to report it.
            catch (Exception)
#pragma warning restore CA1031
            {
                return false;
            }
        }
    }
}
