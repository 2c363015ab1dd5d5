using DaemonRpc.Passing;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Calls;

/// <summary>A call of a method that returns a stream of bytes, until the caller has the stream. The call itself goes on until the daemon has copied the stream.</summary>
internal sealed class StreamOpening
{
    private readonly TaskCompletionSource<StreamTraits> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SafeFileHandle? _handle;
    private bool _hasCome;

    /// <summary>The attempt that was sent.</summary>
    public SentCall? Sent { private get; set; }

    /// <summary>Makes a call.</summary>
    /// <returns>The stream; null if the handler returned null.</returns>
    public static async Task<Stream?> RunAsync(OutgoingCall request, CancellationToken cancellationToken)
    {
        StreamOpening opening = new();
        request.Opening = opening;
        request.Retry.Begin();
        Task<CallEnd> call = request.Retry.RunAsync(made: null, cancellationToken);
        _ = await Task.WhenAny(opening._opened.Task, call).ConfigureAwait(false);
        try
        {
            if (!opening._opened.Task.IsCompleted)
            {
                _ = await call.ConfigureAwait(false);
                return null;
            }

            return await opening.CreateAsync(call).ConfigureAwait(false);
        }
        finally
        {
            opening._handle?.Dispose();
        }
    }

    /// <summary>Keeps the descriptor that has come.</summary>
    /// <exception cref="DaemonProtocolException">One has come already.</exception>
    public void Keep(SafeFileHandle handle)
    {
        if (_hasCome)
        {
            handle.Dispose();
            throw new DaemonProtocolException("The daemon opened two streams for one call.");
        }

        _hasCome = true;
        _handle = handle;
    }

    /// <summary>Gives the caller its stream, because everything that came before it has been handed over.</summary>
    public void Open(StreamTraits traits) => _opened.SetResult(traits);

    private async Task<Stream> CreateAsync(Task<CallEnd> call)
    {
        StreamTraits traits = await _opened.Task.ConfigureAwait(false);
        SentCall sent = Sent!;
        if ((traits & StreamTraits.Copied) == 0)
        {
            // Nothing is copied, so that the call ends at once.
            _ = await call.ConfigureAwait(false);
            return Take(handle => PassedFileStream.Of(handle, traits));
        }

        try
        {
            FileAccess access = traits.ToAccess();
            var stream = (ReturnedSocketStream)Take(handle => new ReturnedSocketStream(PassedSocket.Of(handle), access, call, sent.Cancel));
            _ = EndAsync(call, new WeakReference<ReturnedSocketStream>(stream));
            return stream;
        }
        catch
        {
            sent.Cancel();
            await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Ends the stream with its call, whose failure nobody may ever look at. Does not keep the stream from the collector.</summary>
    private static async Task EndAsync(Task call, WeakReference<ReturnedSocketStream> opened)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!call.IsCompletedSuccessfully && opened.TryGetTarget(out ReturnedSocketStream? stream))
        {
            stream.GiveUp();
        }
    }

    private Stream Take(Func<SafeFileHandle, Stream> create)
    {
        Stream stream = create(_handle!);
        _handle = null;
        return stream;
    }
}
