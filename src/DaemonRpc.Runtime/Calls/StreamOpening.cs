using DaemonRpc.Passing;
using DaemonRpc.Platform;
using DaemonRpc.Telemetry;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Calls;

/// <summary>A call of a method that returns a stream of bytes. The caller has the stream before the call ends, if the daemon copies it.</summary>
internal sealed class StreamOpening : IOpenCall
{
    private readonly TaskCompletionSource<StreamTraits> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Task<CallEnd> _call = null!;
    private SafeFileHandle? _handle;
    private bool _hasCome;
    private bool _takesNoMore;

    public Task Ended => _call;

    /// <summary>The attempt that was sent.</summary>
    public SentCall? Sent { private get; set; }

    /// <summary>Called when the caller gets a stream that is copied, which may take any time.</summary>
    public Action? OnCopied { private get; set; }

    /// <summary>Whether the caller has got a stream that is copied.</summary>
    public bool IsCopied { get; private set; }

    /// <summary>Makes a call.</summary>
    /// <returns>The stream; null if the handler returned null.</returns>
    public static async Task<Stream?> RunAsync(OutgoingCall request, CancellationToken cancellationToken)
    {
        StreamOpening opening = new();
        request.Opening = opening;
        CallWatch? watch = CallWatch.IsClientWanted ? request.Connection.Watch(request.Name) : null;
        request.Retry.Begin();
        opening._call = request.Retry.RunAsync(made: null, cancellationToken);
        if (watch is not null)
        {
            _ = WatchedCall.EndAsync(watch, opening._call, request.Connection);
        }

        _ = await Task.WhenAny(opening._opened.Task, opening._call).ConfigureAwait(false);
        try
        {
            if (!opening._opened.Task.IsCompleted)
            {
                _ = await opening._call.ConfigureAwait(false);
                return null;
            }

            return await opening.CreateAsync().ConfigureAwait(false);
        }
        finally
        {
            opening.TakeNoMore();
        }
    }

    public bool IsCanceled => Sent!.IsCanceled;

    public void Cancel() => Sent!.Cancel();

    public void EndIfUnresponsive() => Sent!.EndIfUnresponsive("closes its stream");

    /// <summary>Keeps the descriptor that has come.</summary>
    /// <exception cref="DaemonProtocolException">One has come before.</exception>
    public void Keep(SafeFileHandle handle)
    {
        bool isSecond;
        lock (_gate)
        {
            isSecond = _hasCome;
            _hasCome = true;
            if (!isSecond && !_takesNoMore)
            {
                _handle = handle;
                return;
            }
        }

        handle.Dispose();
        if (isSecond)
        {
            throw new DaemonProtocolException("The daemon opened two streams for one call.");
        }
    }

    /// <summary>Gives the caller its stream, because everything that came before it has been handed over.</summary>
    public void Open(StreamTraits traits)
    {
        if ((traits & StreamTraits.Copied) != 0)
        {
            IsCopied = true;
            OnCopied?.Invoke();
        }

        PoolThreads.Give(() => _opened.SetResult(traits));
    }

    private async Task<Stream> CreateAsync()
    {
        StreamTraits traits = await _opened.Task.ConfigureAwait(false);
        if ((traits & StreamTraits.Copied) == 0)
        {
            // Nothing is copied, so that the call ends at once.
            _ = await _call.ConfigureAwait(false);
            return PassedFileStream.Of(Take(), traits);
        }

        try
        {
            FileAccess access = traits.ToAccess();
            ReturnedSocketStream stream = access != FileAccess.ReadWrite
                ? PassedSocket.Open(Take(), socket => new ReturnedSocketStream(socket, access == FileAccess.Write, this))
                : throw new DaemonProtocolException("The daemon opened a stream to be both read and written, which it would have to copy.");
            _ = EndAsync(_call, new WeakReference<ReturnedSocketStream>(stream));
            return stream;
        }
        catch
        {
            Cancel();
            await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Ends the stream with its call, whose failure nobody may ever look at. Does not keep the stream from the collector.</summary>
    /// <remarks>Of a call that has succeeded the daemon has ended the stream. On Linux an end loses nothing of what has come, so that it need not be believed.</remarks>
    private static async Task EndAsync(Task call, WeakReference<ReturnedSocketStream> opened)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if ((OperatingSystem.IsLinux() || !call.IsCompletedSuccessfully) && opened.TryGetTarget(out ReturnedSocketStream? stream))
        {
            stream.GiveUp();
        }
    }

    private SafeFileHandle Take()
    {
        lock (_gate)
        {
            SafeFileHandle handle = _handle!;
            _handle = null;
            return handle;
        }
    }

    private void TakeNoMore()
    {
        lock (_gate)
        {
            _takesNoMore = true;
            _handle?.Dispose();
            _handle = null;
        }
    }
}
