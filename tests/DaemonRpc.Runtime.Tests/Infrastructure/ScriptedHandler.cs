using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A handler below the generated code: method ids under 100 exist, and what they do is the test's to say.</summary>
internal sealed class ScriptedHandler : ITaskHandler
{
    public Func<uint, TaskReply, CancellationToken, ValueTask> Run { get; set; } = static (_, reply, _) =>
    {
        _ = reply.BeginResult();
        return default;
    };

    /// <summary>Called with the arguments, before it runs.</summary>
    public Action<ReadOnlyMemory<byte>>? Reading { get; set; }

    public string? NameOf(uint method) => method < 100 ? $"Method{method}" : null;

    public ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply)
    {
        Reading?.Invoke(arguments);
        return Run(method, reply, reply.Token);
    }

    public ValueTask DisposeAsync() => default;
}
