using System.Globalization;

namespace DaemonRpc;

/// <summary>What a daemon said about itself at one moment.</summary>
public sealed class DaemonStatus
{
    /// <summary>What the daemon is doing.</summary>
    public required DaemonState State { get; init; }

    /// <summary>
    /// In <see cref="DaemonState.Busy"/> what the handler reported last, in <see cref="DaemonState.Error"/> why the last
    /// task failed, in <see cref="DaemonState.Stopping"/> why the daemon leaves; otherwise null.
    /// </summary>
    public string? Message { get; init; }

    /// <summary>How much of the running task is done, from 0 to 1, or null when the handler did not say.</summary>
    public double? Progress { get; init; }

    /// <summary>The running task, or null when none runs.</summary>
    public DaemonTask? Task { get; init; }

    /// <summary>Grows with every status of one daemon process. A gap means that statuses were left out.</summary>
    public required long Sequence { get; init; }

    /// <summary>How many tasks this daemon process has finished, failed and cancelled ones included.</summary>
    public required long TasksFinished { get; init; }

    /// <summary>A text for people, such as <c>Busy with IndexAsync for process 4711: Indexing 120 of 4,000 (3 %)</c>.</summary>
    public override string ToString()
    {
        string task = Task is null ? "" : $" with {Task.Method} for process {Task.ClientProcessId}";
        string message = Message is null ? "" : $": {Message}";
        string progress = Progress is { } fraction ? string.Create(CultureInfo.InvariantCulture, $" ({fraction * 100:0} %)") : "";
        return $"{State}{task}{message}{progress}";
    }
}
