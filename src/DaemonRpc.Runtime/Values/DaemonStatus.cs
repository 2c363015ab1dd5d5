using System.Globalization;

namespace DaemonRpc;

/// <summary>What a daemon said about itself at one moment.</summary>
public sealed class DaemonStatus
{
    // A status is made twice for each task: what nearly none of them has costs it nothing.
    private readonly double _progress = double.NaN;
    private readonly StatusQueue? _queue;
    private long _missed;

    /// <summary>What the daemon is doing.</summary>
    public required DaemonState State { get; init; }

    /// <summary>
    /// In <see cref="DaemonState.Busy"/> what the handler reported last, in <see cref="DaemonState.Starting"/> what its
    /// factory did, in <see cref="DaemonState.Error"/> why the last task failed, in <see cref="DaemonState.Stopping"/> why the daemon leaves; otherwise null.
    /// </summary>
    public string? Message { get; init; }

    /// <summary>How much of the running task is done, from 0 to 1, or null when the handler did not say.</summary>
    public double? Progress
    {
        get => double.IsNaN(_progress) ? null : _progress;
        init => _progress = value ?? double.NaN;
    }

    /// <summary>The running task, or null when none runs.</summary>
    public DaemonTask? Task { get; init; }

    /// <summary>Grows with every status of one daemon process. A gap means that statuses were left out.</summary>
    public required long Sequence { get; init; }

    /// <summary>How many tasks this daemon process has finished, failed and cancelled ones included.</summary>
    public required long TasksFinished { get; init; }

    /// <summary>How many calls wait in the queue for the running task to end (<see cref="DaemonClientOptions.BusyTimeout"/>).</summary>
    public int Waiting
    {
        get => _queue?.Count ?? 0;
        init => _queue = new StatusQueue(value, Position, []);
    }

    /// <summary>
    /// Which place in that queue the first waiting call of this process has: 1 when it is next, null when none waits.
    /// </summary>
    public int? Position
    {
        get => _queue?.Position;
        init => _queue = new StatusQueue(Waiting, value, []);
    }

    /// <summary>The last task of this daemon that somebody had cancelled, or null. A daemon that took over after one was ended by force names that one.</summary>
    /// <remarks>Stays until another task has been cancelled, so that no watcher can be too slow to learn of it.</remarks>
    public DaemonCanceledTask? LastCanceled { get; init; }

    /// <summary>Which of the statuses of its daemon this is, where the reports of one task count as one.</summary>
    internal long Place { get; init; }

    /// <summary>What is known of the queue, or null when nobody stands in it.</summary>
    internal StatusQueue? Queue
    {
        get => _queue;
        init => _queue = value;
    }

    /// <summary>How many statuses before this one never reached this watch, as it was too slow. The reports of one task count as one.</summary>
    /// <remarks>Reports that were merged into a later one of the same task are not counted: they were overtaken, not lost.</remarks>
    public long Missed
    {
        get => _missed;
        init => _missed = value;
    }

    /// <summary>The same, told by a watch that missed some before it.</summary>
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

    /// <summary>A text for people, such as <c>Busy with IndexAsync for process 4711: Indexing 120 of 4,000 (3 %)</c>.</summary>
    public override string ToString()
    {
        string task = Task is null ? "" : $" with {Task.Method} for process {Task.ClientProcessId}";
        string message = Message is null ? "" : $": {Message}";
        string progress = Progress is { } fraction ? string.Create(CultureInfo.InvariantCulture, $" ({fraction * 100:0} %)") : "";
        string waiting = Waiting == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {Waiting} waiting");
        return $"{State}{task}{message}{progress}{waiting}";
    }
}

/// <summary>What a status says of the calls that wait.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Position">The place of the process that asked; null when none of its calls waits.</param>
/// <param name="Processes">The processes of all of them, the next one first. Known only in the daemon itself.</param>
internal sealed record StatusQueue(int Count, int? Position, int[] Processes)
{
    /// <summary>The queue of these processes; null when there are none.</summary>
    public static StatusQueue? Of(int[] processes) => processes.Length == 0 ? null : new(processes.Length, null, processes);
}
