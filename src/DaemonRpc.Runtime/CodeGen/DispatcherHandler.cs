using DaemonRpc.Passing;
using DaemonRpc.Tasks;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.CodeGen;

/// <summary>Runs calls through a generated dispatcher.</summary>
internal sealed class DispatcherHandler(Dispatcher dispatcher) : ITaskHandler
{
    public string? NameOf(uint method) => dispatcher.NameOf(method);

    public ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply)
    {
        // Kept with the reply for the next call: only one call runs at a time, and a short call then allocates nothing here.
        if (reply.Kept is not ReaderAndWriter kept)
        {
            reply.Kept = kept = new ReaderAndWriter(new ArgumentReader(reply), new ReplyWriter(reply));
        }

        SafeFileHandle[] descriptors = reply.TakeDescriptors();
        ReceivedStreams? streams = descriptors.Length == 0 ? null : new ReceivedStreams(descriptors);
        kept.Reader.Begin(arguments, argumentCount, reply.TakeAttachment(), streams);
        return streams is null ? dispatcher.DispatchAsync(method, kept.Reader, kept.Writer) : RunAsync(method, kept, streams);
    }

    private async ValueTask RunAsync(uint method, ReaderAndWriter kept, ReceivedStreams streams)
    {
        try
        {
            await dispatcher.DispatchAsync(method, kept.Reader, kept.Writer).ConfigureAwait(false);
        }
        catch
        {
            streams.Abort();
            throw;
        }

        await streams.CloseAsync().ConfigureAwait(false);
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

    private sealed record ReaderAndWriter(ArgumentReader Reader, ReplyWriter Writer);
}
