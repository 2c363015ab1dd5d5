using DaemonRpc.Platform;

namespace DaemonRpc.Tasks;

/// <summary>Something that a task has asked of its caller and that has not been answered yet.</summary>
/// <remarks>
/// The thread that reads the connection passes on what comes; it must not run user code. Exactly one of <see cref="OnAnswer"/> and
/// <see cref="OnClosed"/> is called, once, as the last call, unless the ask is withdrawn.
/// </remarks>
internal abstract class PendingAsk
{
    /// <summary>The number within the call, assigned when the caller is asked.</summary>
    public uint Number { get; set; }

    /// <summary>The callback's method that was called; null for a stream.</summary>
    public virtual string? Method => null;

    /// <summary>Receives a frame of items.</summary>
    /// <exception cref="DaemonProtocolException">The caller sent more than it may.</exception>
    public abstract void OnItems(byte[] items, byte[]? attachment);

    /// <summary>Receives the answer.</summary>
    /// <param name="failure">Why the caller's code failed; null if it did not.</param>
    /// <param name="result">The result of a callback's method. Valid only during the call.</param>
    /// <param name="attachment">The result's attachment, or null.</param>
    public abstract void OnAnswer(CallerFailureException? failure, ReadOnlySpan<byte> result, byte[]? attachment);

    /// <summary>Learns that no answer will come.</summary>
    /// <param name="reason">The handler's exception.</param>
    public abstract void OnClosed(Exception reason);

    /// <summary>Wakes the handler, which goes on in the pool.</summary>
    protected static void Wake(Action complete)
    {
        try
        {
            complete();
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            // The handler's continuation is queued nevertheless, and runs when the pool has a worker again.
            PoolThreads.Cap();
        }
    }
}
