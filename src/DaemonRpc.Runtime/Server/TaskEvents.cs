using DaemonRpc.Logging;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Server;

/// <summary>Keeps the daemon awake while tasks come, and logs them: what a handler throws as an error, as ASP.NET Core does, and their begin and end as information to who has a logger of their own.</summary>
/// <param name="idle">Told of each end.</param>
/// <param name="log">Gets the errors. Passes on without waiting.</param>
/// <param name="tasks">The user's logger of begins and ends, asked whether it wants them; null when there is none.</param>
/// <param name="queuedTasks">Passes those on without waiting.</param>
/// <param name="clock">Says how long a task took.</param>
internal sealed class TaskEvents(IdleWatch idle, ILogger log, ILogger? tasks, ILogger queuedTasks, TimeProvider clock) : ITaskEvents
{
    /// <summary>Those of a daemon with these options.</summary>
    public static TaskEvents Of(DaemonOptions options, IdleWatch idle, ILogger log)
    {
        ILogger? tasks = options.LoggerFactory?.CreateLogger(Category);
        return new TaskEvents(idle, log, tasks, tasks is null ? NullLogger.Instance : (log as LogQueue)?.For(tasks) ?? new LogQueue(tasks), options.TimeProvider);
    }

    /// <summary>The category of begins and ends, so that they can be filtered apart.</summary>
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
#pragma warning disable CA1031 // A logger that fails has nowhere to say so, and must not fail a task.
            catch (Exception)
#pragma warning restore CA1031
            {
                return false;
            }
        }
    }
}
