using DaemonRpc.Tasks;

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

        kept.Reader.Begin(arguments, argumentCount, reply.TakeAttachment());
        return dispatcher.DispatchAsync(method, kept.Reader, kept.Writer);
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
