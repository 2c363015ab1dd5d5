using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Passing;

/// <summary>A stream of the caller's that is no file: bytes are copied between it and a socket whose other end travels.</summary>
/// <remarks>
/// The caller's process keeps a copy of the other end until the call has ended. So a call that was refused can be repeated: what was copied
/// before waits in the socket.
/// </remarks>
/// <param name="source">What the handler reads, or null.</param>
/// <param name="destination">What the handler writes to, or null.</param>
/// <param name="onEnd">Called when nothing is copied any more, or null.</param>
internal sealed class CopiedStream(Stream? source, Stream? destination, Action? onEnd = null) : SentStream
{
    private const int BufferSize = 64 * 1024;

    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Socket? _near;
    private SafeFileHandle? _far;
    private Task _receiving = Task.CompletedTask;
    private bool _awaitsSource;
    private bool _ends;

    public override StreamTraits Traits { get; } =
        StreamTraits.Passed | StreamTraits.Copied | (source is null ? 0 : StreamTraits.Reads) | (destination is null ? 0 : StreamTraits.Writes);

    public override SafeHandle Descriptor
    {
        get
        {
            if (_far is null)
            {
                UnixSocket near = SocketPair.Create(out int far);
                _far = new SafeFileHandle(far, ownsHandle: true);
                var handle = new SafeSocketHandle(near.DangerousGetHandle(), ownsHandle: true);
                near.SetHandleAsInvalid();
                _near = new Socket(handle);
            }

            return _far;
        }
    }

    /// <summary>Creates what copies a stream that can be read, written, or both.</summary>
    public static CopiedStream Between(Stream stream)
    {
        if (stream is { CanRead: true, CanWrite: true, CanSeek: true })
        {
            var both = new TwoPositions(stream);
            return new CopiedStream(both.Source, both.Destination, both.End);
        }

        return new CopiedStream(stream.CanRead ? stream : null, stream.CanWrite ? stream : null);
    }

    public override void Begin(Action<Exception> onFailure)
    {
        Socket near = _near!;
        if (source is null)
        {
            near.Shutdown(SocketShutdown.Send);
            _sent.SetResult();
        }
        else
        {
            _ = Task.Run(() => SendAsync(near, source, onFailure));
        }

        if (destination is null)
        {
            near.Shutdown(SocketShutdown.Receive);
        }
        else
        {
            _receiving = Task.Run(() => ReceiveAsync(near, destination, onFailure));
        }
    }

    public override async ValueTask EndAsync(bool succeeded)
    {
        if (_near is null)
        {
            return;
        }

        // The handler's end is closed by now, and this was the last one: what the handler wrote ends here.
        _far!.Dispose();
        if (!succeeded)
        {
            await _ending.CancelAsync().ConfigureAwait(false);
        }

        await _receiving.ConfigureAwait(false);
        await _ending.CancelAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _ends = true;
            if (_awaitsSource)
            {
                // Some sources, such as a terminal, do not stop waiting for their next bytes, which may never come.
                _ = _sent.TrySetResult();
            }
        }

        await _sent.Task.ConfigureAwait(false);
        _near.Dispose();
        onEnd?.Invoke();
    }

    private async Task SendAsync(Socket near, Stream from, Action<Exception> onFailure)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await ReadAsync(from, buffer, onFailure).ConfigureAwait(false) is var count and >= 0)
            {
                if (count == 0)
                {
                    near.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (int sent = 0; sent < count;)
                {
                    sent += await near.SendAsync(buffer.AsMemory(sent, count - sent), _ending.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The call has ended: nobody reads the rest.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _ = _sent.TrySetResult();
        }
    }

    /// <summary>Reads the caller's object. Returns the number of bytes, 0 at its end, or -1 if it failed or the call has ended.</summary>
    private async Task<int> ReadAsync(Stream from, byte[] buffer, Action<Exception> onFailure)
    {
        try
        {
            if (!TryAwaitSource(true))
            {
                return -1;
            }

            int count = await from.ReadAsync(buffer, _ending.Token).ConfigureAwait(false);
            return TryAwaitSource(false) ? count : -1;
        }
#pragma warning disable CA1031 // The call fails with whatever the caller's object throws. The socket stays open, as its end would mean that the source ended well.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_ending.IsCancellationRequested)
            {
                onFailure(exception);
            }

            return -1;
        }
    }

    private bool TryAwaitSource(bool awaits)
    {
        lock (_gate)
        {
            _awaitsSource = awaits;
            return !_ends;
        }
    }

    private async Task ReceiveAsync(Socket near, Stream to, Action<Exception> onFailure)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await near.ReceiveAsync(buffer.AsMemory(), _ending.Token).ConfigureAwait(false) is var count and > 0)
            {
                await WriteAsync(to, buffer.AsMemory(0, count), onFailure).ConfigureAwait(false);
            }

            await WriteAsync(to, default, onFailure).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The call failed, or the caller's object did: its handler's next write fails.
            near.Shutdown(SocketShutdown.Receive);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes bytes to the caller's object, or, if there are none, what it has buffered.</summary>
    /// <exception cref="OperationCanceledException">It failed, which was told, or the call has failed.</exception>
    private async Task WriteAsync(Stream to, ReadOnlyMemory<byte> bytes, Action<Exception> onFailure)
    {
        try
        {
            await (bytes.IsEmpty ? to.FlushAsync(_ending.Token) : to.WriteAsync(bytes, _ending.Token).AsTask()).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The call fails with whatever the caller's object throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_ending.IsCancellationRequested)
            {
                onFailure(exception);
            }

            throw new OperationCanceledException("The caller's stream failed.", exception);
        }
    }
}
