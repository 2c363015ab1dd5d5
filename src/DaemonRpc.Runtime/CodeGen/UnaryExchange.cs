using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.CodeGen;

/// <summary>A call with one answer, made again as long as it certainly did not run.</summary>
internal sealed class UnaryExchange(CallChannel channel, CallRequest request) : Exchange(channel, request)
{
    /// <summary>The bytes of the result.</summary>
    public async Task<byte[]> RunAsync(CancellationToken cancellationToken)
    {
        using CallLimit limit = new(Channel.Options.CallTimeout, Request.Name, cancellationToken);
        Limit = limit.Deadline;
        while (true)
        {
            try
            {
                ClientSession session = await ConnectAsync(limit.Token).ConfigureAwait(false);
                var call = new UnaryCall();
                if (!TryStart(session, call, credit: 0))
                {
                    continue;
                }

                CallEnd end;
                // The callback only sends; the answer, which says what became of the call, is still awaited.
                using (limit.Token.UnsafeRegister(static state => ((SentCall)state!).Cancel(), Sent(session, call, call.End)))
                {
                    end = await call.End.ConfigureAwait(false);
                }

                if (end.Kind == FrameKind.Result && end.Closed is null)
                {
                    return end.Payload;
                }

                await AfterAsync(session, call, end, limit.Token).ConfigureAwait(false);
            }
            catch (DaemonTaskCanceledException exception) when (limit.HasPassed)
            {
                throw limit.Exception(exception, exception.Outcome != CancelOutcome.NeverStarted);
            }
            catch (DaemonUnresponsiveException exception) when (limit.HasPassed && limit.Token.IsCancellationRequested)
            {
                throw limit.Exception(exception, mayHaveRun: true);
            }
            catch (DaemonTaskCanceledException exception) when (exception.CancellationToken == limit.Token && limit.Token != cancellationToken)
            {
                throw new DaemonTaskCanceledException(exception.Message, exception.Outcome, exception.CanceledBy, cancellationToken);
            }
        }
    }
}
