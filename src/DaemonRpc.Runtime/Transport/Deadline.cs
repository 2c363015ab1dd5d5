using static System.Threading.Timeout;

namespace DaemonRpc.Transport;

/// <summary>The point in time by which a sequence of steps must be done.</summary>
internal readonly struct Deadline
{
    private readonly long _end;
    private readonly TimeProvider? _clock;

    /// <param name="timeout">The time that the steps may take from now on.</param>
    /// <param name="clock">The clock; null for real time.</param>
    public Deadline(TimeSpan timeout, TimeProvider? clock = null)
    {
        Timeout = timeout;
        _clock = clock;

        // The framework cannot wait for longer than int.MaxValue milliseconds, 24 days, and nobody means to: a longer timeout counts as infinite.
        _end = timeout == InfiniteTimeSpan || timeout.TotalMilliseconds > int.MaxValue ? long.MaxValue : Now(clock) + (long)timeout.TotalMilliseconds;
    }

    /// <summary>Creates a deadline from a duration that came over the wire, in milliseconds; negative for none.</summary>
    public static Deadline Of(long milliseconds, TimeProvider? clock = null) =>
        new(milliseconds < 0 ? InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Min(milliseconds, uint.MaxValue)), clock);

    /// <summary>Returns the deadline that passes first.</summary>
    public static Deadline Earlier(Deadline one, Deadline? other) => other is { } second && second._end < one._end ? second : one;

    /// <summary>The timeout from which the deadline was created.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The time left; never negative, and infinite if the timeout was infinite or weeks.</summary>
    public TimeSpan Left => _end == long.MaxValue
        ? InfiniteTimeSpan
        : TimeSpan.FromMilliseconds(Math.Max(0, _end - Now(_clock)));

    /// <summary>Returns a deadline that passes after this share of the time left.</summary>
    public Deadline Part(double share) => new(Left is var left && left == InfiniteTimeSpan ? left : left * share, _clock);

    /// <summary>Returns this deadline, or if its clock is another, one with the same timeout that begins now.</summary>
    public Deadline On(TimeProvider? clock) => clock == _clock ? this : new Deadline(Timeout, clock);

    /// <summary>The time left in milliseconds, for the wire; -1 when infinite.</summary>
    public long LeftMilliseconds => (long)Left.TotalMilliseconds;

    public bool HasPassed => _end != long.MaxValue && Now(_clock) >= _end;

    private static long Now(TimeProvider? clock) => clock is null ? Environment.TickCount64 : (long)clock.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Formats the timeout for messages, such as <c>10 s</c>.</summary>
    public override string ToString() => Timeout == InfiniteTimeSpan ? "any time" : $"{Timeout.TotalSeconds:0.###} s";
}
