namespace DaemonRpc.Framing;

/// <summary>
/// Thrown when a frame being written exceeds what any frame can hold, whatever the size limit. Becomes a <see
/// cref="DaemonProtocolException"/> where the written value is known.
/// </summary>
internal sealed class TooLargeException(string message) : Exception(message)
{
    public TooLargeException()
        : this("No frame can have as many bytes, whatever DaemonOptions.MaxFrameBytes is.")
    {
    }
}
