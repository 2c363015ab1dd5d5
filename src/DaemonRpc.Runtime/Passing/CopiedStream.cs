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
/// <param name="obeys">Whether the source's reads end soon when their token is cancelled. If not, the end of the call waits for a read only for a moment.</param>
/// <param name="onEnd">Called when nothing is copied any more, or null.</param>
internal sealed class CopiedStream(Stream? source, Stream? destination, bool obeys, Action? onEnd = null) : SentStream
{
    private const int BufferSize = 64 * 1024;

    // Some sources, such as a terminal, do not stop waiting for their next bytes, which may never come. Others need a moment to stop.
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<Exception>? _onFailure;
    private Socket? _near;
    private SafeFileHandle? _far;

    public override StreamTraits Traits { get; } =
        StreamTraits.Passed | StreamTraits.Copied | (source is null ? 0 : StreamTraits.Reads) | (destination is null ? 0 : StreamTraits.Writes);

    public override SafeHandle Descriptor
    {
        get
        {
            if (_far is null)
            {
                SocketThreads.Demand();
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
            return new CopiedStream(both.Source, both.Destination, obeys: true, both.End);
        }

        return new CopiedStream(stream.CanRead ? stream : null, stream.CanWrite ? stream : null, obeys: stream.CanSeek);
    }

    public override void Begin(Action<Exception> onFailure)
    {
        _onFailure = onFailure;
        if (source is not null)
        {
            Start(_sent, () => SendAsync(_near!, source));
        }

        if (destination is not null)
        {
            Start(_received, () => ReceiveAsync(_near!, destination));
        }
    }

    public override async Task EndAsync(bool succeeded, CancellationToken cancellationToken)
    {
        // The handler's end is closed by now, and so is this one: what the handler wrote ends here.
        _far?.Dispose();
        try
        {
            if (_onFailure is not null)
            {
                await EndCopyingAsync(succeeded, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _near?.Dispose();
            onEnd?.Invoke();
        }
    }

    private async Task EndCopyingAsync(bool succeeded, CancellationToken cancellationToken)
    {
        try
        {
            if (succeeded && destination is not null)
            {
                await _received.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            PoolThreads.Cancel(_ending);
            if (destination is not null)
            {
                await _received.Task.ConfigureAwait(false);
            }

            if (source is not null)
            {
                await AwaitSourceAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task AwaitSourceAsync()
    {
        try
        {
            await _sent.Task.WaitAsync(obeys ? Timeout.InfiniteTimeSpan : s_moment, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It is left to its read.
        }
    }

    /// <summary>Runs the copying in the pool, within the call's execution context.</summary>
    private void Start(TaskCompletionSource end, Func<Task> copy) => PoolThreads.Give(() => ThreadPool.QueueUserWorkItem(run => _ = RunAsync(end, run), copy, preferLocal: false));

    private async Task RunAsync(TaskCompletionSource end, Func<Task> copy)
    {
        try
        {
            await copy().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The call fails with whatever the caller's object throws. The socket stays open, as its end would mean that the source ended well.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_ending.IsCancellationRequested)
            {
                _onFailure!(exception);
            }
        }

        end.SetResult();
    }

    private async Task SendAsync(Socket near, Stream from)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await from.ReadAsync(buffer, _ending.Token).ConfigureAwait(false) is var count and > 0)
            {
                if (!await TrySendAsync(near, buffer.AsMemory(0, count)).ConfigureAwait(false))
                {
                    return;
                }
            }

            // Tells the daemon that the source has ended. A source that failed says nothing, nor does a process that dies.
            near.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Returns false if the handler has closed its end, and reads no more.</summary>
    private async Task<bool> TrySendAsync(Socket near, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await near.SendAsync(bytes, _ending.Token).ConfigureAwait(false)..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task ReceiveAsync(Socket near, Stream to)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await ReceiveAsync(near, buffer).ConfigureAwait(false) is var count and > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), _ending.Token).ConfigureAwait(false);
            }

            await to.FlushAsync(_ending.Token).ConfigureAwait(false);
        }
        catch
        {
            // The handler's next write fails.
            near.Shutdown(SocketShutdown.Receive);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<int> ReceiveAsync(Socket near, byte[] buffer)
    {
        try
        {
            return await near.ReceiveAsync(buffer.AsMemory(), _ending.Token).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The handler has closed its end, and has not read all of the source.
            return 0;
        }
    }
}
