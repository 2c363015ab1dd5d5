namespace DaemonRpc.Transport;

/// <summary>By when a chain of steps must be done.</summary>
internal readonly struct Deadline
{
    private readonly long _end;

    public Deadline(TimeSpan limit)
    {
        Limit = limit;
        // Longer than any wait of the framework can be: weeks, which nobody means to wait out.
        _end = limit == Timeout.InfiniteTimeSpan || limit.TotalMilliseconds > int.MaxValue ? long.MaxValue : Environment.TickCount64 + (long)limit.TotalMilliseconds;
    }

    /// <summary>From now on, so many milliseconds as came over the wire; without limit if negative.</summary>
    public static Deadline Of(long milliseconds) =>
        new(milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Min(milliseconds, uint.MaxValue)));

    /// <summary>The one of the two that passes first.</summary>
    public static Deadline Earlier(Deadline one, Deadline? other) => other is { } second && second._end < one._end ? second : one;

    /// <summary>What was allowed at the beginning.</summary>
    public TimeSpan Limit { get; }

    /// <summary>What is left; never negative, and infinite if the limit was, or was weeks.</summary>
    public TimeSpan Left => _end == long.MaxValue
        ? Timeout.InfiniteTimeSpan
        : TimeSpan.FromMilliseconds(Math.Max(0, _end - Environment.TickCount64));

    /// <summary>One that passes when so much of what is left has passed.</summary>
    public Deadline Part(double share) => new(Left is var left && left == Timeout.InfiniteTimeSpan ? left : left * share);

    /// <summary>The same as a number for the wire: -1 when it is infinite.</summary>
    public long LeftMilliseconds => (long)Left.TotalMilliseconds;

    public bool HasPassed => _end != long.MaxValue && Environment.TickCount64 >= _end;

    /// <summary>For texts, such as <c>10 s</c>.</summary>
    public override string ToString() => Limit == Timeout.InfiniteTimeSpan ? "any time" : $"{Limit.TotalSeconds:0.###} s";
}
