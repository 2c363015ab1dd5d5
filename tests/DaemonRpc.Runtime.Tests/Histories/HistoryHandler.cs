using System.Buffers;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>Handlers that end as the history says, or by their tokens.</summary>
internal sealed class HistoryHandler(Ledger ledger) : ITaskHandler
{
    public string? NameOf(uint method) => $"Call{method}";

    public ValueTask DisposeAsync() => default;

    public async ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply)
    {
        CancellationToken cancellationToken = reply.Token;
        HistoryCall call = ledger.Calls[(int)method - 1];
        ledger.Begins(call);
        call.Token = cancellationToken;
        using CancellationTokenRegistration registration = call.Obeys ? cancellationToken.Register(() => End(call, Ending.GivesUp)) : default;
        switch (await call.End.Task.ConfigureAwait(false))
        {
            case Ending.Returns:
                reply.BeginResult().Write(BitConverter.GetBytes(call.Number));
                break;

            case Ending.Throws:
                throw new InvalidOperationException(nameof(Ending.Throws));

            default:
                throw new OperationCanceledException(nameof(Ending.GivesUp));
        }
    }

    /// <summary>A handler ends, unless it has.</summary>
    public void End(HistoryCall call, Ending how)
    {
        if (!call.HasEnded)
        {
            ledger.HandlerEnds(call, how);
            call.End.SetResult(how);
        }
    }
}
