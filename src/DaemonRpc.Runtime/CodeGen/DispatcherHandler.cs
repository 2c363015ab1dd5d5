using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>Runs calls through a generated dispatcher.</summary>
internal sealed class DispatcherHandler(Dispatcher dispatcher) : ITaskHandler
{
    public string? NameOf(uint method) => dispatcher.NameOf(method);

    public ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply, CancellationToken cancellationToken) =>
        dispatcher.DispatchAsync(method, new ArgumentReader(arguments, argumentCount), new ReplyWriter(reply), cancellationToken);

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
}
