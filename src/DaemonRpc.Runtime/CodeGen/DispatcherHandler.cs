using System.Buffers;
using DaemonRpc.Passing;
using DaemonRpc.Program;
using DaemonRpc.Tasks;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.CodeGen;

/// <summary>Runs calls through a generated dispatcher.</summary>
/// <param name="dispatcher">The dispatcher.</param>
/// <param name="methods">The forms in which clients of other builds may call the methods; null if nothing is known of them.</param>
internal sealed class DispatcherHandler(Dispatcher dispatcher, MethodTable? methods = null) : ITaskHandler
{
    // Whether any client has called a method in a shorter form. Until then no call looks for one.
    private volatile bool _hasShorter;

    public string? NameOf(uint method) => dispatcher.NameOf(method) ?? NameOfShorter(method);

    public ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply) =>
        RunAsync(dispatcher, method, arguments, argumentCount, reply);

    /// <summary>Runs a call through another dispatcher of the same contract.</summary>
    public ValueTask RunAsync(Dispatcher target, uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply)
    {
        // Kept with the reply for the next call: only one call runs at a time, and a short call then allocates nothing here.
        if (reply.Kept is not ReaderAndWriter kept)
        {
            reply.Kept = kept = new ReaderAndWriter(new ArgumentReader(reply), new ReplyWriter(reply));
        }

        if (_hasShorter && dispatcher.NameOf(method) is null && methods!.TryFind(method, out MethodForm? form))
        {
            arguments = Complete(form, arguments, argumentCount);
            (method, argumentCount) = (form.Method, form.Whole!.Arguments);
        }

        SafeFileHandle[] descriptors = reply.TakeDescriptors();
        ReceivedStreams? streams = descriptors.Length == 0 ? null : new ReceivedStreams(descriptors);
        kept.Reader.Begin(arguments, argumentCount, reply.TakeAttachment(), streams);
        return streams is null ? target.DispatchAsync(method, kept.Reader, kept.Writer) : RunAsync(target, method, kept, streams, reply);
    }

    private static async ValueTask RunAsync(Dispatcher target, uint method, ReaderAndWriter kept, ReceivedStreams streams, TaskReply reply)
    {
        try
        {
            await target.DispatchAsync(method, kept.Reader, kept.Writer).ConfigureAwait(false);
        }
        catch
        {
            streams.Abort();
            kept.Reader.End();
            throw;
        }

        // What the handler has not flushed may be more than its caller takes.
        using (reply.Token.UnsafeRegister(static streams => ((ReceivedStreams)streams!).Abort(), streams))
        {
            try
            {
                await streams.CloseAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException && reply.Token.IsCancellationRequested)
            {
                throw new OperationCanceledException("The task was cancelled before all that it wrote was sent.", exception, reply.Token);
            }
            finally
            {
                kept.Reader.End();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        switch (dispatcher.Target)
        {
            case IAsyncDisposable asynchronous:
                await asynchronous.DisposeAsync().ConfigureAwait(false);
                break;

            case IDisposable synchronous:
                synchronous.Dispose();
                break;

            default:
                break;
        }
    }

    private string? NameOfShorter(uint method)
    {
        if (methods is null || !methods.TryFind(method, out MethodForm? form))
        {
            return null;
        }

        _hasShorter = true;
        return dispatcher.NameOf(form.Method);
    }

    /// <summary>Adds the default values of the arguments that the client's build does not know.</summary>
    private static ReadOnlyMemory<byte> Complete(MethodForm form, ReadOnlyMemory<byte> arguments, int count)
    {
        if (count != form.Arguments)
        {
            throw new DaemonProtocolException($"The request has {count} arguments; this form of the method has {form.Arguments}.");
        }

        var complete = new ArrayBufferWriter<byte>();
        complete.Write(arguments.Span);
        form.Whole!.WriteDefaults(complete, count);
        return complete.WrittenMemory;
    }

    private sealed record ReaderAndWriter(ArgumentReader Reader, ReplyWriter Writer);
}
