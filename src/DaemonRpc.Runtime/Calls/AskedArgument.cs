using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>An argument that stays with the caller, and that the daemon asks while the call runs.</summary>
/// <param name="position">The argument's position in the call.</param>
internal abstract class AskedArgument(ushort position)
{
    public ushort Position => position;

    /// <summary>Begins to answer an ask.</summary>
    /// <param name="session">The call's session.</param>
    /// <param name="callId">The call.</param>
    /// <param name="method">The method's name, for messages.</param>
    /// <param name="ask">The ask's number.</param>
    /// <param name="credit">How many bytes of items the daemon accepts.</param>
    public abstract OpenAnswer Begin(ClientSession session, uint callId, string method, uint ask, uint credit);
}

/// <summary>A stream that the caller passed.</summary>
internal sealed class AskedStream<T>(ushort position, IAsyncEnumerable<T> items) : AskedArgument(position)
{
    public override OpenAnswer Begin(ClientSession session, uint callId, string method, uint ask, uint credit) =>
        new StreamAnswer<T>(items, session, callId, method, ask, credit);
}
