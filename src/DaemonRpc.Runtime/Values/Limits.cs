using System.Runtime.CompilerServices;

namespace DaemonRpc;

/// <summary>Checks what options are set to, where they are set.</summary>
internal static class Limits
{
    // Hello and status must fit, whatever a user makes of the limit.
    private const int SmallestFrame = 64 * 1024;

    /// <exception cref="ArgumentOutOfRangeException">It is negative and not infinite.</exception>
    public static TimeSpan Check(TimeSpan value, [CallerMemberName] string name = "") =>
        value == Timeout.InfiniteTimeSpan || value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative, other than Timeout.InfiniteTimeSpan.");

    /// <exception cref="ArgumentOutOfRangeException">It is too small for the protocol's own messages.</exception>
    public static int CheckBytes(int value, [CallerMemberName] string name = "") => value >= SmallestFrame
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {SmallestFrame} bytes.");
}
