using System.Buffers;

namespace DaemonRpc.Tasks;

/// <summary>Takes what a dispatcher answers: of a task, or of a callback.</summary>
internal abstract class Reply
{
    /// <summary>Is cancelled when the answer is no longer wanted.</summary>
    public abstract CancellationToken Token { get; }

    /// <summary>Begins the result, discarding an earlier one.</summary>
    public abstract IBufferWriter<byte> BeginResult();

    /// <summary>Completes the result.</summary>
    /// <exception cref="DaemonProtocolException">The result exceeds the frame size limit.</exception>
    public abstract void EndResult();
}
