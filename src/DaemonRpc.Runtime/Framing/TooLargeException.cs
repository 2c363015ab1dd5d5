namespace DaemonRpc.Framing;

/// <summary>What is being written is larger than any frame can be, whatever the limit is set to. Becomes a <see cref="DaemonProtocolException"/> where it is known what was written.</summary>
internal sealed class TooLargeException(string message) : Exception(message)
{
    public TooLargeException()
        : this("No frame can have as many bytes, whatever DaemonOptions.MaxFrameBytes is.")
    {
    }
}
