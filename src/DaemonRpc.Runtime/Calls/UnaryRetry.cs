using DaemonRpc.Framing;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Calls;

/// <summary>A unary call, repeated as long as it certainly did not run.</summary>
internal sealed class UnaryRetry(ClientConnection connection, OutgoingCall request) : RetryPolicy(connection, request)
{
    /// <summary>
    /// Returns a session over which the call can be sent at once, without waiting and without a timeout. Null if the call needs <see cref="RunAsync"/>.
    /// </summary>
    public ClientSession? TryConnect(CancellationToken cancellationToken) =>
        new Deadline(Connection.Options.CallTimeout).LeftMilliseconds < 0
        && Request.Failure is null
        && !Request.IsConversation
        && !cancellationToken.IsCancellationRequested
        && Connection.OpenSession is { } session
        && Fits(session)
            ? session
            : null;

    /// <summary>Runs the call to its result.</summary>
    /// <param name="made">An attempt that was already made, or null.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<CallEnd> RunAsync(EndedAttempt? made, CancellationToken cancellationToken)
    {
        try
        {
            return await RepeatAsync(made, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await EndStreamsAsync(succeeded: false, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<CallEnd> RepeatAsync(EndedAttempt? made, CancellationToken cancellationToken)
    {
        using CallTimeout timeout = new(Connection.Options.CallTimeout, Connection.Options.Site?.Clock, Request.Name, cancellationToken);
        Request.Opening?.OnCopied = timeout.Lift;
        Deadline = timeout.Deadline;
        while (true)
        {
            try
            {
                EndedAttempt? last = made ?? await AttemptAsync(timeout.Token).ConfigureAwait(false);
                made = null;
                if (last is not { } attempt)
                {
                    continue;
                }

                if (attempt.End.IsResult)
                {
                    await HandOverAsync(timeout.Token).ConfigureAwait(false);
                    return attempt.End;
                }

                await AfterAsync(attempt.Session, attempt.Call, attempt.End, timeout.Token).ConfigureAwait(false);
            }
            catch (DaemonTaskCanceledException exception) when (timeout.HasPassed && !IsLifted(timeout))
            {
                throw timeout.Exception(exception, exception.Outcome != CancelOutcome.NeverStarted);
            }
            catch (DaemonUnresponsiveException exception) when (timeout.HasPassed && timeout.Token.IsCancellationRequested)
            {
                throw timeout.Exception(exception, mayHaveRun: true);
            }
            catch (DaemonTaskCanceledException exception) when (exception.CancellationToken == timeout.Token && timeout.Token != cancellationToken)
            {
                throw new DaemonTaskCanceledException(exception.Message, exception.Outcome, exception.CanceledBy, cancellationToken);
            }
        }
    }

    /// <summary>Whether the timeout no longer counted, because the caller had its stream.</summary>
    private bool IsLifted(in CallTimeout timeout) => Request.Opening is { IsCopied: true } && !timeout.Token.IsCancellationRequested;

    /// <summary>Makes one attempt. Returns null when the session closed before the call was sent.</summary>
    private async Task<EndedAttempt?> AttemptAsync(CancellationToken cancellationToken)
    {
        ClientSession session = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        if (Request.IsConversation)
        {
            return await ConverseAsync(session, cancellationToken).ConfigureAwait(false);
        }

        var call = new Attempt();
        if (!TryStart(session, call, credit: 0))
        {
            return null;
        }

        // The callback only sends. The answer, which reports the call's outcome, is still awaited.
        using (cancellationToken.UnsafeRegister(static state => ((SentCall)state!).Cancel(), Sent(session, call, call.End)))
        {
            return new EndedAttempt(session, call, await call.End.ConfigureAwait(false));
        }
    }

    private async Task<EndedAttempt?> ConverseAsync(ClientSession session, CancellationToken cancellationToken)
    {
        StreamCall call = Request.Attempt(session, isStream: false);

        // A credit says that the caller gets a stream, here of bytes. It is for the progress reports, as that of any other call.
        if (!TryStart(session, call, credit: Request.Opening is null ? 0 : (uint)FrameLimits.ReportCredit))
        {
            return null;
        }

        SentCall sent = Sent(session, call, call.End);
        Request.Opening?.Sent = sent;
        using (cancellationToken.UnsafeRegister(static state => ((SentCall)state!).Cancel(), sent))
        {
            // The reports may be there already, and must not be handed over on the thread that makes the call, such as a window's.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            try
            {
                FollowStreams(call);
                int consumed = 0;
                while (await call.Frames.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
                {
                    while (call.Frames.TryRead(out Items reports))
                    {
                        if (reports.Start is { } start)
                        {
                            start();
                            continue;
                        }

                        Request.Deliver(reports);
                        consumed += reports.Cost;
                        if (consumed >= FrameLimits.ReportCredit / 2)
                        {
                            session.SendCredit(call.Id, consumed);
                            consumed = 0;
                        }
                    }
                }

                return new EndedAttempt(session, call, await call.End.ConfigureAwait(false));
            }
            catch
            {
                // The caller's object threw, or the daemon broke the protocol. The next call must find the slot free.
                sent.Cancel();
                _ = await call.End.ConfigureAwait(false);
                throw;
            }
            finally
            {
                await call.EndAnswersAsync().ConfigureAwait(false);
            }
        }
    }
}
