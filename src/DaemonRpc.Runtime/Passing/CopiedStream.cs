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
                _near = SocketCopy.CreatePair(out _far);
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
            Start(_sent, () => SocketCopy.SendAsync(source, _near!, _ending.Token));
        }

        if (destination is not null)
        {
            // Told first: the handler's next write fails, and its exception, which the caller would get instead, may arrive sooner than this thread goes on.
            Start(_received, () => SocketCopy.ReceiveAsync(_near!, destination, _ending.Token, onFailure: Tell));
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
            Tell(exception);
        }

        end.SetResult();
    }

    private void Tell(Exception failure)
    {
        if (!_ending.IsCancellationRequested)
        {
            _onFailure!(failure);
        }
    }
}
