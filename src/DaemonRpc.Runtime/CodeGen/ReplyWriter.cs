using System.Buffers;
using System.ComponentModel;
using DaemonRpc.Calls;
using DaemonRpc.Passing;
using DaemonRpc.Protocol;
using DaemonRpc.Serialization;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>Sends what a contract's method returned. Used by generated dispatchers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ReplyWriter
{
    private readonly Reply _reply;

    internal ReplyWriter(Reply reply) => _reply = reply;

    // Faults and streams are replies of contracts, not of callbacks.
    private TaskReply Task => (TaskReply)_reply;

    /// <summary>Ends the call without a value.</summary>
    public void Result()
    {
        _ = _reply.BeginResult();
        _reply.EndResult();
    }

    /// <summary>Ends the call with a value.</summary>
    /// <exception cref="DaemonProtocolException">The value cannot be serialised or exceeds the frame size limit.</exception>
    public void Result<T>(T value)
    {
        Value.Write(_reply.BeginResult(), value, "result");
        _reply.EndResult();
    }

    /// <summary>Adds the value of an exception that the method declares, and that is about to end the call.</summary>
    public void Fault<T>(DaemonFaultException<T> exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        try
        {
            var value = new ArrayBufferWriter<byte>();
            Value.Write(value, exception.Fault, "fault");
            Task.Fault(FaultType.NameOf<T>(), value.WrittenMemory);
        }
#pragma warning disable CA1031 // Serialising may run the handler's code. The error has the reason.
        catch (Exception unsent)
#pragma warning restore CA1031
        {
            Task.FaultIsUnsent(ErrorMessage.Of(unsent).Message);
        }
    }

    /// <summary>
    /// Passes a stream of bytes to the caller, copies it if it is no file, closes it, then ends the call. Null is passed as null.
    /// </summary>
    /// <exception cref="IOException">The system gives no more descriptors, or the stream failed.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is Windows, which has no descriptors.</exception>
    public async ValueTask OpenAsync(Stream? stream)
    {
        if (stream is not null)
        {
            try
            {
                await PassAsync(stream).ConfigureAwait(false);
            }
            catch
            {
                await CloseFailedAsync(stream).ConfigureAwait(false);
                throw;
            }

            await stream.DisposeAsync().ConfigureAwait(false);
        }

        Result();
    }

    private Task PassAsync(Stream stream) => OperatingSystem.IsWindows()
        ? throw new PlatformNotSupportedException($"{Task.Method} returns a stream of bytes, which travels as a descriptor. Windows has none.")
        : ReturnedStream.PassAsync(
            stream,
            (traits, descriptor) => Task.Open((byte)traits, descriptor, isCopied: (traits & StreamTraits.Copied) != 0),
            _reply.Token);

    private static async Task CloseFailedAsync(Stream stream)
    {
        // A part must not pass for the whole in the next daemon either.
        (stream as ReturnedSocketStream)?.Abort();
        try
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The call ends with the first failure, of which this one is a consequence.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    /// <summary>Sends the items of a stream as they arrive, as fast as the client takes them, then ends the call.</summary>
    /// <exception cref="DaemonProtocolException">An item cannot be serialised or exceeds the frame size limit.</exception>
    public async ValueTask StreamAsync<T>(IAsyncEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        await new ItemPump<T>(items, Task.BeginItems()).RunAsync(beginsCanceled: true, _reply.Token).ConfigureAwait(false);
        Result();
    }
}
