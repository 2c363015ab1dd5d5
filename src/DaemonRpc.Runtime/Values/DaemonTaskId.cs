using System.Globalization;

namespace DaemonRpc;

/// <summary>Names one task, unlike every other task of this daemon and of the daemons before and after it.</summary>
/// <param name="Incarnation">The daemon process that admitted the task: a random number drawn at its start.</param>
/// <param name="Number">Counts the tasks of that process, from 1.</param>
public readonly record struct DaemonTaskId(long Incarnation, long Number)
{
    /// <summary>The two numbers in hexadecimal and decimal, such as <c>5f3c09d1a2b4c6e8-17</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Incarnation:x16}-{Number}");
}
