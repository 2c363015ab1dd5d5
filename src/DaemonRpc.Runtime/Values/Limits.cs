using System.Runtime.CompilerServices;

namespace DaemonRpc;

/// <summary>Validates option values when they are set.</summary>
internal static class Limits
{
    // The protocol's own messages, such as Hello and Status, must always fit.
    private const int SmallestFrame = 64 * 1024;

    /// <summary>Returns a valid time limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite.</exception>
    public static TimeSpan Check(TimeSpan value, [CallerMemberName] string name = "") =>
        value == Timeout.InfiniteTimeSpan || value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative, other than Timeout.InfiniteTimeSpan.");

    /// <summary>Returns a valid size limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is too small for the protocol's own messages.</exception>
    public static int CheckBytes(int value, [CallerMemberName] string name = "") => value >= SmallestFrame
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {SmallestFrame} bytes.");
}
