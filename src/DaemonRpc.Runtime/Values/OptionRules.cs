using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace DaemonRpc;

/// <summary>Checks the values of options when they are set.</summary>
internal static class OptionRules
{
    // The protocol's own messages, such as Hello and Status, must always fit.
    private const int SmallestFrame = 64 * 1024;

    /// <summary>Returns the timeout if it is valid.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite.</exception>
    public static TimeSpan CheckTimeout(TimeSpan value, [CallerMemberName] string name = "") =>
        value == Timeout.InfiniteTimeSpan || value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative, other than Timeout.InfiniteTimeSpan.");

    /// <summary>Returns the level if it is one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no level.</exception>
    public static LogLevel CheckLevel(LogLevel value, [CallerMemberName] string name = "") => value is >= LogLevel.Trace and <= LogLevel.None
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be a level, or LogLevel.None.");

    /// <summary>Returns the size limit if it is valid.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is too small for the protocol's own messages.</exception>
    public static int CheckBytes(int value, [CallerMemberName] string name = "") => value >= SmallestFrame
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {SmallestFrame} bytes.");
}
