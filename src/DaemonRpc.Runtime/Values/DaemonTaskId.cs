using System.Globalization;

namespace DaemonRpc;

/// <summary>Identifies one task among all tasks of this daemon, its predecessors and its successors.</summary>
/// <param name="Incarnation">Identifies the daemon process that admitted the task: a random number drawn at its start.</param>
/// <param name="Number">The task's number within that process, from 1.</param>
public readonly record struct DaemonTaskId(long Incarnation, long Number)
{
    /// <summary>Formats the two numbers in hexadecimal and decimal, such as <c>5f3c09d1a2b4c6e8-17</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Incarnation:x16}-{Number}");
}
