using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Passing;

/// <summary>A file of the caller's, whose position both processes share, as the kernel keeps it.</summary>
/// <remarks>.NET keeps a position of its own. It takes the kernel's when the stream is created; this type gives it back when the stream is closed.</remarks>
internal sealed class PassedFileStream(SafeFileHandle handle, FileAccess access) : FileStream(handle, access, bufferSize: 0)
{
    /// <summary>Creates the stream of a descriptor that the other process has passed. Closes the descriptor if it cannot.</summary>
    /// <exception cref="DaemonProtocolException">The descriptor cannot be read, or written, as the other process says.</exception>
    public static PassedFileStream Of(SafeFileHandle handle, StreamTraits traits)
    {
        try
        {
            return new PassedFileStream(handle, traits.ToAccess());
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            handle.Dispose();
            throw new DaemonProtocolException($"A file was passed that cannot be used as a stream: {exception.Message}", exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            GiveBackPosition();
        }

        base.Dispose(disposing);
    }

    public override ValueTask DisposeAsync()
    {
        GiveBackPosition();
        return base.DisposeAsync();
    }

    // The property moves the kernel's position to this stream's, for whoever uses the handle.
    private void GiveBackPosition() => _ = CanRead || CanWrite ? SafeFileHandle : null;
}
