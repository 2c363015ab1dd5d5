using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>The answer to an ask of the daemon, while the caller's code works on it.</summary>
/// <param name="ask">The ask's number.</param>
internal abstract class OpenAnswer(uint ask)
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The number of what is answered.</summary>
    public uint Ask => ask;

    /// <summary>Is cancelled when the daemon no longer wants the answer, or the call has ended.</summary>
    protected CancellationToken Token => _cancellation.Token;

    /// <summary>Allows this many more bytes of items.</summary>
    public abstract void AddCredit(int bytes);

    /// <summary>Runs the caller's code to its end, and tells the daemon.</summary>
    /// <param name="session">The call's session.</param>
    /// <param name="callId">The call.</param>
    /// <param name="onFailure">Is told why the caller's code failed, before the daemon is.</param>
    public async Task RunAsync(ClientSession session, uint callId, Action<uint, Exception> onFailure)
    {
        FrameBuffer frame = AnswerMessage.Begin(ask);
        try
        {
            await AnswerAsync(frame).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The daemon's handler gets whatever the caller's code throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // The caller's code was told to stop: that is no failure of its own which the daemon's handler could let pass.
            if (!(exception is OperationCanceledException && Token.IsCancellationRequested))
            {
                onFailure(ask, exception);
            }

            AnswerMessage.Fail(frame, ErrorMessage.Of(exception), session.Welcome.MaxFrameBytes);
        }

        session.Send(FrameKind.Answer, callId, frame);
    }

    /// <summary>Cancels the token. Callbacks of the caller's code run in the pool.</summary>
    public void Cancel() => PoolThreads.Cancel(_cancellation);

    /// <summary>Waits, once the token is cancelled, until the caller's code has cleaned up, but not for what may never come.</summary>
    public abstract Task EndAsync();

    /// <summary>Runs the caller's code.</summary>
    /// <param name="answer">The answer's frame, for a result.</param>
    protected abstract Task AnswerAsync(FrameBuffer answer);
}
