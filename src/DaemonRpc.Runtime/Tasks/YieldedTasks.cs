using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>The tasks that have given way, in the order in which they go on. A task can be removed only once, and whoever removes it lets it go on.</summary>
/// <remarks>Not synchronised: the slot's lock protects it. Only <see cref="Any"/> may be read without.</remarks>
internal sealed class YieldedTasks
{
    /// <summary>The most tasks that may have given way at a time. Each keeps its handler's state, and every status names all of them.</summary>
    public const int Most = 16;

    private readonly List<YieldedTask> _tasks = [];
    private volatile bool _any;

    /// <summary>Whether any task has given way.</summary>
    public bool Any => _any;

    public bool HasRoom => _tasks.Count < Most;

    /// <summary>Adds a task behind all others.</summary>
    /// <param name="task">The task.</param>
    /// <param name="after">The number of the last call in the queue, which goes first.</param>
    public void Add(YieldedTask task, long after)
    {
        task.After = after;
        _tasks.Add(task);
        _any = true;
    }

    /// <summary>Removes the first task, if its turn is before the first call in the queue.</summary>
    /// <param name="firstCall">The number of the first call in the queue; null when no call waits.</param>
    /// <param name="first">The task.</param>
    public bool TryTakeFirst(long? firstCall, [NotNullWhen(true)] out YieldedTask? first)
    {
        first = _tasks is [var task, ..] && (task.OnHeld is not null || firstCall is null || task.After < firstCall) ? task : null;
        return first is not null && Remove(first);
    }

    /// <summary>Moves a task before all others, and before the queue, because it is to be cancelled. Returns false if it has not given way.</summary>
    /// <param name="task">The task.</param>
    /// <param name="onHeld">Called once the task holds the slot.</param>
    public bool TryHurry(RunningTask task, Action<RunningTask> onHeld)
    {
        if (Find(task) is not { } yielded)
        {
            return false;
        }

        _ = _tasks.Remove(yielded);
        yielded.OnHeld = onHeld;
        _tasks.Insert(_tasks.Count(static other => other.OnHeld is not null), yielded);
        return true;
    }

    /// <summary>Removes a task. Returns false if it has not given way.</summary>
    public bool TryRemove(RunningTask task) => Find(task) is { } yielded && Remove(yielded);

    public bool Contains(RunningTask task) => Find(task) is not null;

    /// <summary>Returns the first task that matches the predicate, or null.</summary>
    public RunningTask? Find(Predicate<RunningTask> predicate) => _tasks.Find(yielded => predicate(yielded.Task))?.Task;

    /// <summary>Whether a stream of this client has given way.</summary>
    public bool HasStreamOf(ServerSession owner) => _tasks.Exists(yielded => yielded.Task.IsStream && yielded.Task.Owner == owner);

    public IEnumerable<RunningTask> All => _tasks.Select(static yielded => yielded.Task);

    /// <summary>Describes the tasks, the next one first.</summary>
    public DaemonTask[] Describe() => [.. _tasks.Select(static yielded => yielded.Task.Description.ToTask())];

    private YieldedTask? Find(RunningTask task) => _tasks.Find(yielded => yielded.Task == task);

    private bool Remove(YieldedTask task)
    {
        _ = _tasks.Remove(task);
        _any = _tasks.Count > 0;
        return true;
    }
}
