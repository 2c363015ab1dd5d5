using System.Globalization;

namespace DaemonRpc;

/// <summary>A daemon's report about itself at one moment.</summary>
public sealed class DaemonStatus
{
    // Two statuses are created per task, so rarely used fields are kept out of the object.
    private readonly double _progress = double.NaN;
    private readonly StatusQueue? _queue;
    private long _missed;

    /// <summary>What the daemon is doing.</summary>
    public required DaemonState State { get; init; }

    /// <summary>
    /// A text for people, or null. In <see cref="DaemonState.Busy"/>: the handler's last report; in <see cref="DaemonState.Starting"/>: the
    /// factory's last report; in <see cref="DaemonState.Error"/>: why the last task failed; in <see cref="DaemonState.Stopping"/>: why the daemon ends.
    /// </summary>
    public string? Message { get; init; }

    /// <summary>The finished share of the running task, from 0 to 1, or null when the handler did not report it.</summary>
    public double? Progress
    {
        get => double.IsNaN(_progress) ? null : _progress;
        init => _progress = value ?? double.NaN;
    }

    /// <summary>The running task, or null when none runs.</summary>
    public DaemonTask? Task { get; init; }

    /// <summary>Numbers the statuses of one daemon process, ascending. A gap means that statuses were left out.</summary>
    public required long Sequence { get; init; }

    /// <summary>How many tasks this daemon process has finished, failed and cancelled ones included.</summary>
    public required long TasksFinished { get; init; }

    /// <summary>How many calls wait in the queue (<see cref="DaemonClientOptions.BusyTimeout"/>).</summary>
    public int Waiting
    {
        get => _queue?.Count ?? 0;
        init => _queue = (_queue ?? StatusQueue.Empty) with { Count = value };
    }

    /// <summary>The queue position of this process's first waiting call: 1 when no other call is before it, null when none waits.</summary>
    public int? Position
    {
        get => _queue?.Position;
        init => _queue = (_queue ?? StatusQueue.Empty) with { Position = value };
    }

    /// <summary>The tasks that gave way (<see cref="DaemonContext.YieldAsync"/>) and have yet to go on, the next one first; usually none.</summary>
    /// <remarks>They have begun, so <see cref="Waiting"/> and <see cref="Position"/> do not count them. They can be cancelled by their ids.</remarks>
    public IReadOnlyList<DaemonTask> YieldedTasks
    {
        get => _queue?.Yielded ?? [];
        init => _queue = (_queue ?? StatusQueue.Empty) with { Yielded = [.. value] };
    }

    /// <summary>The last task that was cancelled, or null. If a daemon was ended by force, its successor reports the task that ended with it.</summary>
    /// <remarks>The value stays until another task is cancelled, so that a slow watcher sees it too.</remarks>
    public DaemonCanceledTask? LastCanceled { get; init; }

    /// <summary>The serial number from which <see cref="Missed"/> is computed. All reports of one task share one number.</summary>
    internal long Place { get; init; }

    /// <summary>The state of the queue, or null when no call waits and no task has given way.</summary>
    internal StatusQueue? Queue
    {
        get => _queue;
        init => _queue = value;
    }

    /// <summary>How many statuses this watch lost directly before this one because it read too slowly. All reports of one task count as one.</summary>
    /// <remarks>
    /// Reports that were merged into a later report of the same task are not counted: they were superseded, not lost.
    /// </remarks>
    public long Missed
    {
        get => _missed;
        init => _missed = value;
    }

    /// <summary>Returns this status with its number of missed predecessors set.</summary>
    internal DaemonStatus After(long missed)
    {
        if (missed == _missed)
        {
            return this;
        }

        var copy = (DaemonStatus)MemberwiseClone();
        copy._missed = missed;
        return copy;
    }

    /// <summary>Formats the status for people, such as <c>Busy with IndexAsync for process 4711: Indexing 120 of 4,000 (3 %)</c>.</summary>
    public override string ToString()
    {
        string task = Task is null ? "" : $" with {Task.Method} for process {Task.ClientProcessId}{(Task.AwaitedAnswer is null ? "" : $", waiting for its answer to {Task.AwaitedAnswer}")}";
        string message = Message is null ? "" : $": {Message}";
        string progress = Progress is { } fraction ? string.Create(CultureInfo.InvariantCulture, $" ({fraction * 100:0} %)") : "";
        string waiting = Waiting == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {Waiting} waiting");
        string yielded = string.Concat(YieldedTasks.Select(static task => $"; {task.Method} gave way"));
        return $"{State}{task}{message}{progress}{waiting}{yielded}";
    }
}

/// <summary>Who waits for the slot, as a status reports it.</summary>
/// <param name="Count">The number of waiting calls.</param>
/// <param name="Position">The queue position of the asking process's first call; null when none of its calls waits.</param>
/// <param name="Processes">The processes of the waiting calls, the next one first. Known only inside the daemon.</param>
/// <param name="Yielded">The tasks that have given way, the next one first.</param>
internal sealed record StatusQueue(int Count, int? Position, int[] Processes, DaemonTask[] Yielded)
{
    public static StatusQueue Empty { get; } = new(0, null, [], []);

    /// <summary>Creates the queue of these processes and tasks; returns null when there are none.</summary>
    public static StatusQueue? Of(int[] processes, DaemonTask[] yielded) =>
        processes.Length == 0 && yielded.Length == 0 ? null : new(processes.Length, null, processes, yielded);
}
