using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Passing;

/// <summary>Passes a stream that a handler returned to the caller: a file as itself, of any other stream the end of a socket.</summary>
internal static class ReturnedStream
{
    /// <summary>Passes a stream, and copies it if it is no file. Returns when nothing of it is needed any more.</summary>
    /// <param name="stream">The handler's stream. One that can be read and positioned, and is no file, is only read.</param>
    /// <param name="open">Sends what the caller gets. Takes ownership of the descriptor.</param>
    /// <param name="cancellationToken">The task's token.</param>
    /// <exception cref="IOException">The system gives no more descriptors, or the stream failed.</exception>
    /// <exception cref="ObjectDisposedException">The stream is closed.</exception>
    /// <exception cref="OperationCanceledException">The task was cancelled before the caller had taken, or written, everything.</exception>
    public static async Task PassAsync(Stream stream, Action<StreamTraits, SafeFileHandle> open, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(stream is { CanRead: false, CanWrite: false }, stream);
        if (SentFile.TryPass(stream) is { } file)
        {
            open(file.Traits, file.Duplicate());
            return;
        }

        bool isWritten = stream.CanWrite && !(stream.CanRead && stream.CanSeek);
        using Socket near = SocketCopy.CreatePair(out SafeFileHandle far);
        open(StreamTraits.Passed | StreamTraits.Copied | (stream.CanRead ? StreamTraits.Reads : 0) | (isWritten ? StreamTraits.Writes : 0), far);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task sending = stream.CanRead ? SocketCopy.SendAsync(stream, near, ending.Token) : Task.CompletedTask;

        // Also if the caller writes nothing: it may close its end before the stream has ended.
        Task receiving = SocketCopy.ReceiveAsync(near, isWritten ? stream : Stream.Null, ending.Token);
        Task first = await Task.WhenAny(sending, receiving).ConfigureAwait(false);
        if (isWritten && first == sending && sending.IsCompletedSuccessfully)
        {
            await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await EndAsync(sending, cancellationToken).ConfigureAwait(false);
        await EndAsync(receiving, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Awaits the end of copying. Ignores that it was ended because the other direction had ended.</summary>
    private static async Task EndAsync(Task copying, CancellationToken cancellationToken)
    {
        try
        {
            await copying.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The caller has closed its end, or has the whole stream.
        }
    }
}
