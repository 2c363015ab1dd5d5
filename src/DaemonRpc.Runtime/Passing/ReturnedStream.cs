using System.Net.Sockets;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Passing;

/// <summary>Passes a stream that a handler returned to the caller: a file as itself, of any other stream the end of a socket.</summary>
internal static class ReturnedStream
{
    /// <summary>Passes a stream, and copies it if it is no file. Returns when nothing of it is needed any more.</summary>
    /// <param name="stream">The handler's stream. One that can be read, and is no file, is only read.</param>
    /// <param name="open">Sends what the caller gets. Takes ownership of the descriptor.</param>
    /// <param name="cancellationToken">The task's token.</param>
    /// <exception cref="IOException">The system gives no more descriptors, the stream failed, or the caller has gone in the midst of writing.</exception>
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

        bool isRead = stream.CanRead;
        using Socket near = SocketCopy.CreatePair(out SafeFileHandle far);
        open(StreamTraits.Passed | StreamTraits.Copied | (isRead ? StreamTraits.Reads : StreamTraits.Writes), far);
        try
        {
            await (isRead ? SendAsync(stream, near, cancellationToken) : ReceiveAsync(near, stream, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The task was cancelled before its stream had ended.", exception, cancellationToken);
        }
    }

    private static async Task SendAsync(Stream stream, Socket near, CancellationToken cancellationToken)
    {
        var ending = new CancellationTokenSource();
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static ending => PoolThreads.Cancel((CancellationTokenSource)ending!), ending);
        Task sending = SocketCopy.SendAsync(stream, near, ending.Token);

        // Nothing comes: it tells that the caller has closed its end, which may be before the stream has its next bytes.
        Task watching = SocketCopy.ReceiveAsync(near, Stream.Null, ending.Token);
        Task first = await Task.WhenAny(sending, watching).ConfigureAwait(false);
        PoolThreads.Cancel(ending);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!sending.IsCompletedSuccessfully)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await (first == sending ? sending : watching).ConfigureAwait(false);
        }
    }

    private static async Task ReceiveAsync(Socket near, Stream stream, CancellationToken cancellationToken)
    {
        await SocketCopy.ReceiveAsync(near, stream, cancellationToken, DemandEnd).ConfigureAwait(false);

        // A caller that closes its stream ends what it writes, and keeps its end until the call has ended.
        void DemandEnd()
        {
            if (UnixSocket.IsHungUp((int)near.Handle))
            {
                throw new IOException("The caller of this task has gone, or has lost the stream, before it had written everything.");
            }
        }
    }
}
