using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>An argument that stays with the caller, and that the daemon asks while the call runs.</summary>
/// <param name="position">The argument's position in the call.</param>
internal abstract class AskedArgument(ushort position)
{
    public ushort Position => position;

    /// <summary>Whether the argument is a callback, which is called in order with the call's progress reports.</summary>
    public virtual bool IsCallback => false;

    /// <summary>Begins to answer an ask. Runs no user code.</summary>
    /// <param name="session">The call's session.</param>
    /// <param name="callId">The call.</param>
    /// <param name="method">The called method's name, for messages.</param>
    /// <param name="asked">What is asked.</param>
    /// <exception cref="DaemonProtocolException">The argument cannot be asked that.</exception>
    public abstract OpenAnswer Begin(ClientSession session, uint callId, string method, in AskedThing asked);
}

/// <summary>An ask that has arrived.</summary>
/// <param name="ask">The ask.</param>
/// <param name="rest">What follows it: a callback's arguments.</param>
/// <param name="attachment">The attachment, or null.</param>
internal readonly ref struct AskedThing(Ask ask, ReadOnlySpan<byte> rest, byte[]? attachment)
{
    public Ask Ask { get; } = ask;

    public ReadOnlySpan<byte> Rest { get; } = rest;

    public byte[]? Attachment { get; } = attachment;
}

/// <summary>A stream that the caller passed.</summary>
internal sealed class AskedStream<T>(ushort position, IAsyncEnumerable<T> items) : AskedArgument(position)
{
    public override OpenAnswer Begin(ClientSession session, uint callId, string method, in AskedThing asked) =>
        new StreamAnswer<T>(items, session, callId, method, asked.Ask.Number, asked.Ask.CreditOrMethod);
}
