using System.Buffers;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>Handlers that end, and give way, as the history says, or end by their tokens.</summary>
internal sealed class HistoryHandler(Ledger ledger) : ITaskHandler
{
    /// <summary>Lets the calling handler give way.</summary>
    public Func<CancellationToken, ValueTask>? GiveWay { get; set; }

    public string? NameOf(uint method) => $"Call{method}";

    public ValueTask DisposeAsync() => default;

    public async ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply)
    {
        CancellationToken cancellationToken = reply.Token;
        HistoryCall call = ledger.Calls[(int)method - 1];
        ledger.Begins(call);
        call.Token = cancellationToken;
        using CancellationTokenRegistration registration = call.Obeys ? cancellationToken.Register(() => End(call, Ending.GivesUp)) : default;
        Ending next;
        while ((next = await call.Next.Task.ConfigureAwait(false)) == Ending.GivesWay)
        {
            call.Next = new TaskCompletionSource<Ending>();
            await GiveWayAsync(call).ConfigureAwait(false);
        }

        switch (next)
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

    /// <summary>A handler ends, unless it has, or cannot because it has given way.</summary>
    public void End(HistoryCall call, Ending how)
    {
        if (!call.HasEnded && !call.IsAway)
        {
            ledger.HandlerEnds(call, how);
            call.Next.SetResult(how);
        }
    }

    private async ValueTask GiveWayAsync(HistoryCall call)
    {
        call.IsAway = true;
        ledger.GivesWay(call);
        try
        {
            await GiveWay!(call.Obeys ? call.Token : default).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ledger.GoesOn(call);
            call.IsAway = false;
            ledger.HandlerEnds(call, Ending.GivesUp);
            throw new OperationCanceledException(nameof(Ending.GivesUp));
        }

        ledger.GoesOn(call);
        call.IsAway = false;
    }
}
