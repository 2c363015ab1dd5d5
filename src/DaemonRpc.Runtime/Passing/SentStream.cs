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
        FileStream file when file.GetType() == typeof(FileStream) => new SentFile(file),
        _ => CopiedStream.Between(stream),
    };

    /// <summary>Begins to copy, if the caller's object is no file. Called once, when the call is first sent.</summary>
    /// <param name="onFailure">Called when the caller's object fails.</param>
    public virtual void Begin(Action<Exception> onFailure)
    {
    }

    /// <summary>Ends the copying, because the call has ended. After a success, everything that the handler wrote has been handed over.</summary>
    /// <param name="succeeded">Whether the call returned.</param>
    /// <exception cref="Exception">The caller's object failed.</exception>
    public virtual ValueTask EndAsync(bool succeeded) => default;
}

/// <summary>A handle that the caller passes.</summary>
internal sealed class SentHandle(SafeFileHandle handle) : SentStream
{
    public override StreamTraits Traits => StreamTraits.Passed;

    public override SafeHandle Descriptor => handle;
}

/// <summary>A file that the caller passes as a stream: nothing is copied.</summary>
internal sealed class SentFile(FileStream file) : SentStream
{
    private SafeFileHandle? _handle;

    public override StreamTraits Traits { get; } = StreamTraits.Passed | (file.CanRead ? StreamTraits.Reads : 0) | (file.CanWrite ? StreamTraits.Writes : 0);

    // The property writes what the stream has buffered, and moves the kernel's position to the stream's, which is not wanted at the end.
    public override SafeHandle Descriptor => _handle = file.SafeFileHandle;

    public override ValueTask EndAsync(bool succeeded)
    {
        if (file.CanSeek && _handle is not null && FilePosition.Of(_handle) is { } position)
        {
            file.Position = position;
        }

        return default;
    }
}
