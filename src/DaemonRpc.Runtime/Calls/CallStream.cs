using System.Runtime.CompilerServices;
using DaemonRpc.Framing;
using DaemonRpc.Serialization;
using DaemonRpc.Session;
using DaemonRpc.Telemetry;

namespace DaemonRpc.Calls;

/// <summary>The items that a streaming method yields in the daemon. Each enumeration makes its own call.</summary>
/// <remarks>
/// The first MoveNextAsync makes the call, which holds the daemon's slot until it ends. Leaving the enumeration early
/// cancels the call and waits until the daemon has confirmed that, so that the next call is not refused as busy.
/// </remarks>
internal sealed class CallStream<T>(
    ClientConnection connection, OutgoingCall request, CancellationToken callers) : IAsyncEnumerable<T>
{
    // How many bytes the daemon may run ahead of the consumer. Credit is granted again for every half of it consumed.
    private const int Window = 256 * 1024;

    // The same for streams of large items: each pause of the daemon costs as much as transferring some of them.
    private const int LargeWindow = 1024 * 1024;

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        callers.CanBeCanceled && cancellationToken.CanBeCanceled && callers != cancellationToken
            ? EnumerateEitherAsync(cancellationToken).GetAsyncEnumerator(CancellationToken.None)
            : Enumerate(callers.CanBeCanceled ? callers : cancellationToken).GetAsyncEnumerator(CancellationToken.None);

    private async IAsyncEnumerable<T> EnumerateEitherAsync([EnumeratorCancellation] CancellationToken other)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(callers, other);
        IAsyncEnumerator<T> items = Enumerate(either.Token).GetAsyncEnumerator(CancellationToken.None);
        await using (items.ConfigureAwait(false))
        {
            while (await MoveNextAsync().ConfigureAwait(false))
            {
                yield return items.Current;
            }
        }

        async ValueTask<bool> MoveNextAsync()
        {
            try
            {
                return await items.MoveNextAsync().ConfigureAwait(false);
            }
            catch (DaemonTaskCanceledException exception) when (exception.CancellationToken == either.Token)
            {
                // The caller knows two tokens, and this is neither of them.
                throw new DaemonTaskCanceledException(
                    exception.Message, exception.Outcome, exception.CanceledBy, callers.IsCancellationRequested ? callers : other);
            }
        }
    }

    private IAsyncEnumerable<T> Enumerate(CancellationToken cancellationToken)
    {
        var retry = new RetryPolicy(connection, request);
        IAsyncEnumerable<T> items = request.HasStreams ? EnumerateWithStreamsAsync(retry, cancellationToken) : EnumerateAsync(retry, cancellationToken);
        return CallWatch.IsClientWanted ? EnumerateWatchedAsync(items) : items;
    }

    private async IAsyncEnumerable<T> EnumerateWatchedAsync(IAsyncEnumerable<T> items)
    {
        // The span is current only while the call is made: the consumer's code runs in contexts of its own.
        CallWatch watch = connection.Watch(request.Name);
        Exception? failure = null;
        bool hasEnded = false;
        IAsyncEnumerator<T> enumerator = items.GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (await MoveNextAsync().ConfigureAwait(false))
            {
                yield return enumerator.Current;
            }
        }
        finally
        {
            await enumerator.DisposeAsync().ConfigureAwait(false);
            if (hasEnded)
            {
                watch.EndClient(failure, connection.ProcessId);
            }
            else
            {
                watch.EndLeft();
            }
        }

        async ValueTask<bool> MoveNextAsync()
        {
            try
            {
                hasEnded = !await enumerator.MoveNextAsync().ConfigureAwait(false);
                return !hasEnded;
            }
            catch (Exception exception)
            {
                (failure, hasEnded) = (exception, true);
                throw;
            }
        }
    }

    private async IAsyncEnumerable<T> EnumerateWithStreamsAsync(RetryPolicy retry, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool succeeded = false;
        try
        {
            await foreach (T item in EnumerateAsync(retry, cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }

            succeeded = true;
        }
        finally
        {
            if (succeeded)
            {
                await retry.HandOverAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await retry.EndStreamsAsync(succeeded: false, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async IAsyncEnumerable<T> EnumerateAsync(RetryPolicy retry, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        retry.Begin();
        while (true)
        {
            ClientSession session = await retry.ConnectAsync(cancellationToken).ConfigureAwait(false);
            StreamCall call = request.Attempt(session, isStream: true);
            if (!retry.TryStart(session, call, Window))
            {
                continue;
            }

            try
            {
                retry.FollowStreams(call);
                using (cancellationToken.UnsafeRegister(static state => ((SentCall)state!).Cancel(), retry.Sent(session, call, call.End)))
                {
                    int window = Window;
                    int consumed = 0;
                    while ((window == LargeWindow && TryRead(session, call)) || await WaitAsync(session, call).ConfigureAwait(false))
                    {
                        while (call.Frames.TryRead(out Items items))
                        {
                            int cost = items.Cost;
                            byte[]? attachment = items.Attachment;
                            byte[] bytes = items.Bytes;
                            if (items.Kind != FrameKind.Item)
                            {
                                request.Deliver(items);
                                bytes = [];
                            }

                            if (attachment is not null && window < LargeWindow)
                            {
                                consumed += LargeWindow - window;
                                window = LargeWindow;
                            }

                            items = default;
                            for (int offset = 0; offset < bytes.Length;)
                            {
                                yield return Read(bytes, ref offset, ref attachment);
                            }

                            if ((consumed += cost) >= window / 2)
                            {
                                session.SendCredit(call.Id, consumed);
                                consumed = 0;
                            }
                        }
                    }
                }
            }
            finally
            {
                session.EndReading(call);
                if (!call.End.IsCompleted)
                {
                    retry.Sent(session, call, call.End).Cancel();
                    _ = await call.End.ConfigureAwait(false);
                }

                await call.EndAnswersAsync().ConfigureAwait(false);
            }

            CallEnd end = await call.End.ConfigureAwait(false);
            if (end.Kind == FrameKind.Result && end.Closed is null)
            {
                yield break;
            }

            // A refusal, or the connection's end before the call was admitted, comes before any item.
            await retry.AfterAsync(session, call, end, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool TryRead(ClientSession session, StreamCall call)
    {
        if (SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default)
        {
            return session.TryReadFor(call);
        }

        // Others may wait for this thread, such as a window's, so it must not read. An earlier call may have come from another thread.
        session.EndReading(call);
        return false;
    }

    private static ValueTask<bool> WaitAsync(ClientSession session, StreamCall call)
    {
        ValueTask<bool> waiting = call.Frames.WaitToReadAsync(CancellationToken.None);
        if (waiting.IsCompleted)
        {
            session.ForgetWish(call);
        }

        return waiting;
    }

    private static T Read(byte[] bytes, ref int offset, ref byte[]? attachment)
    {
        T? item = default;
        _ = Value.Read(Items.Next(bytes, ref offset), ref attachment, ref item, "item");
        return item!;
    }
}
