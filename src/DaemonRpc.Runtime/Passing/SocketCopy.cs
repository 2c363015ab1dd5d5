using System.Buffers;
using System.Net.Sockets;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Passing;

/// <summary>Copies bytes between a stream and a socket whose other end is in the other process.</summary>
internal static class SocketCopy
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Creates two connected sockets.</summary>
    /// <param name="far">The other process's end.</param>
    /// <exception cref="DaemonException">The system gives no thread to copy with.</exception>
    /// <exception cref="IOException">The system gives no more descriptors.</exception>
    public static Socket CreatePair(out SafeFileHandle far)
    {
        SocketThreads.Demand();
        UnixSocket near = SocketPair.Create(out int descriptor);
        far = new SafeFileHandle(descriptor, ownsHandle: true);
        var handle = new SafeSocketHandle(near.DangerousGetHandle(), ownsHandle: true);
        near.SetHandleAsInvalid();
        try
        {
            return new Socket(handle);
        }
        catch
        {
            handle.Dispose();
            far.Dispose();
            throw;
        }
    }

    /// <summary>Sends a stream to its end, which the other process then sees. Returns early if the other process has closed its end, and reads no more.</summary>
    /// <exception cref="Exception">The stream failed. The socket stays open, as its end would mean that the stream ended well.</exception>
    public static async Task SendAsync(Stream from, Socket near, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                if (!await TrySendAsync(near, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }

            near.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Receives into a stream until the other process closes its end, and flushes the stream.</summary>
    /// <exception cref="Exception">The stream failed. The other process's next write fails.</exception>
    /// <param name="near">This process's end.</param>
    /// <param name="to">The stream.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <param name="onEnd">Called before the stream is flushed, or null.</param>
    /// <param name="onFailure">Called when the stream has failed, before the other process can notice, or null.</param>
    public static async Task ReceiveAsync(Socket near, Stream to, CancellationToken cancellationToken, Action? onEnd = null, Action<Exception>? onFailure = null)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await ReceiveAsync(near, buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            onEnd?.Invoke();
            await to.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            onFailure?.Invoke(exception);
            near.Shutdown(SocketShutdown.Receive);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Returns false if the other process has closed its end.</summary>
    private static async Task<bool> TrySendAsync(Socket near, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await near.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<int> ReceiveAsync(Socket near, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await near.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The other process has closed its end, and has not read all that was sent.
            return 0;
        }
    }
}
