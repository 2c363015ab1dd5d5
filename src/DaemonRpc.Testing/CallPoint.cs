namespace DaemonRpc.Testing;

/// <summary>A point on the way of a call where a <see cref="TestDaemon"/> can have a fault act. Immutable.</summary>
public sealed class CallPoint
{
    private readonly string _name;

    private CallPoint(string name) => _name = name;

    /// <summary>The request has not been sent: the call certainly does not run, and its client repeats it by itself.</summary>
    public static CallPoint BeforeRequest { get; } = new(nameof(BeforeRequest));

    /// <summary>The daemon has admitted the call, and the handler's method has not been called. The client cannot know that it did not run.</summary>
    public static CallPoint BeforeHandler { get; } = new(nameof(BeforeHandler));

    /// <summary>The handler's method has returned or thrown, and its result is not sent. The items of a stream are.</summary>
    public static CallPoint AfterHandler { get; } = new(nameof(AfterHandler));

    /// <summary>The number of items that the client receives before the fault, for <see cref="AfterItems"/>.</summary>
    internal int Items { get; private init; } = -1;

    /// <summary>The client has received this many items of a stream, and no more.</summary>
    /// <param name="count">The number of items; 0 for a stream that yields nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static CallPoint AfterItems(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new CallPoint($"AfterItems({count})") { Items = count };
    }

    /// <summary>Returns the point's name, such as <c>BeforeHandler</c>.</summary>
    public override string ToString() => _name;
}
