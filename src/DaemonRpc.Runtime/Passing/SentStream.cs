using System.Runtime.InteropServices;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Passing;

/// <summary>A file or stream of the caller's that travels with a call. Belongs to one call, which may be sent several times.</summary>
internal abstract class SentStream
{
    /// <summary>What the argument is, for the daemon.</summary>
    public abstract StreamTraits Traits { get; }

    /// <summary>What is passed. Stays the owner's.</summary>
    public abstract SafeHandle Descriptor { get; }

    /// <summary>Creates what is passed for a stream.</summary>
    /// <exception cref="ArgumentException">The stream can be neither read nor written.</exception>
    public static SentStream Of(Stream stream) => stream switch
    {
        { CanRead: false, CanWrite: false } => throw new ArgumentException("A stream that can be neither read nor written, or is closed, cannot be passed.", nameof(stream)),
        _ => (SentStream?)SentFile.TryPass(stream) ?? CopiedStream.Between(stream),
    };

    /// <summary>Begins to copy, if the caller's object is no file. Called once, when the call is first sent.</summary>
    /// <param name="onFailure">Called when the caller's object fails; the first failure counts.</param>
    public virtual void Begin(Action<Exception> onFailure)
    {
    }

    /// <summary>Ends the copying, because the call has ended. After a success, everything that the handler wrote is handed over first.</summary>
    /// <param name="succeeded">Whether the call returned.</param>
    /// <param name="cancellationToken">Ends the handing over.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before everything was handed over.</exception>
    public virtual Task EndAsync(bool succeeded, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A handle that the caller passes.</summary>
internal sealed class SentHandle : SentStream
{
    private readonly SafeFileHandle _handle;

    /// <exception cref="ArgumentException">The handle was never opened.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public SentHandle(SafeFileHandle handle)
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, handle);
        _handle = handle.IsInvalid ? throw new ArgumentException("An invalid handle cannot be passed.", nameof(handle)) : handle;
    }

    public override StreamTraits Traits => StreamTraits.Passed;

    public override SafeHandle Descriptor => _handle;
}

/// <summary>A file that the caller passes as a stream: nothing is copied.</summary>
internal sealed class SentFile(FileStream file) : SentStream
{
    private SafeFileHandle? _handle;

    public override StreamTraits Traits { get; } = StreamTraits.Passed | (file.CanRead ? StreamTraits.Reads : 0) | (file.CanWrite ? StreamTraits.Writes : 0);

    /// <summary>Returns what passes a stream as a file; null if it is none.</summary>
    public static SentFile? TryPass(Stream stream) =>
        stream is FileStream file && (file.GetType() == typeof(FileStream) || file is PassedFileStream) ? new SentFile(file) : null;

    /// <summary>Creates a copy of the descriptor. The caller owns it.</summary>
    /// <inheritdoc cref="DescriptorControl.Duplicate"/>
    public SafeFileHandle Duplicate() => DescriptorControl.Duplicate(Descriptor);

    // The property writes what the stream has buffered, and moves the kernel's position to the stream's, which is not wanted at the end.
    public override SafeHandle Descriptor => _handle = file.SafeFileHandle;

    public override Task EndAsync(bool succeeded, CancellationToken cancellationToken)
    {
        if (file.CanSeek && _handle is not null && FilePosition.Of(_handle) is { } position)
        {
            file.Position = position;
        }

        return Task.CompletedTask;
    }
}
