namespace DaemonRpc.Transport;

/// <summary>The point in time by which a sequence of steps must be done.</summary>
internal readonly struct Deadline
{
    private readonly long _end;

    public Deadline(TimeSpan limit)
    {
        Limit = limit;
        // Time limits of weeks exceed what the framework can wait for; nobody means to wait them out.
        _end = limit == Timeout.InfiniteTimeSpan || limit.TotalMilliseconds > int.MaxValue ? long.MaxValue : Environment.TickCount64 + (long)limit.TotalMilliseconds;
    }

    /// <summary>Creates a deadline from a duration that came over the wire, in milliseconds; negative for none.</summary>
    public static Deadline Of(long milliseconds) =>
        new(milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Min(milliseconds, uint.MaxValue)));

    /// <summary>Returns the deadline that passes first.</summary>
    public static Deadline Earlier(Deadline one, Deadline? other) => other is { } second && second._end < one._end ? second : one;

    /// <summary>The time limit from which the deadline was created.</summary>
    public TimeSpan Limit { get; }

    /// <summary>The time left; never negative, and infinite if the time limit was infinite or weeks.</summary>
    public TimeSpan Left => _end == long.MaxValue
        ? Timeout.InfiniteTimeSpan
        : TimeSpan.FromMilliseconds(Math.Max(0, _end - Environment.TickCount64));

    /// <summary>Returns a deadline that passes after this share of the time left.</summary>
    public Deadline Part(double share) => new(Left is var left && left == Timeout.InfiniteTimeSpan ? left : left * share);

    /// <summary>The time left in milliseconds, for the wire; -1 when infinite.</summary>
    public long LeftMilliseconds => (long)Left.TotalMilliseconds;

    public bool HasPassed => _end != long.MaxValue && Environment.TickCount64 >= _end;

    /// <summary>Formats the time limit for messages, such as <c>10 s</c>.</summary>
    public override string ToString() => Limit == Timeout.InfiniteTimeSpan ? "any time" : $"{Limit.TotalSeconds:0.###} s";
}
