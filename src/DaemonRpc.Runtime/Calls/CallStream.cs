using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using DaemonRpc.Framing;
using DaemonRpc.Serialization;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>The items that a contract's method yields in the daemon. Each enumeration is a call of its own.</summary>
/// <remarks>
/// The call is made at the first MoveNextAsync and holds the daemon's slot until it has ended; leaving early cancels
/// it and waits until the daemon has acknowledged that, so that the next call is not refused.
/// </remarks>
internal sealed class CallStream<T>(
    ClientConnection connection, OutgoingCall request, CancellationToken callers) : IAsyncEnumerable<T>
{
    // How far the daemon may run ahead of the consumer. Half of it consumed is given back at a time.
    private const int Window = 256 * 1024;

    // The same once large items have come: each stop of the daemon costs as much as moving some of them.
    private const int LargeWindow = 1024 * 1024;

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        callers.CanBeCanceled && cancellationToken.CanBeCanceled && callers != cancellationToken
            ? EnumerateEitherAsync(cancellationToken).GetAsyncEnumerator(CancellationToken.None)
            : EnumerateAsync(callers.CanBeCanceled ? callers : cancellationToken).GetAsyncEnumerator(CancellationToken.None);

    private async IAsyncEnumerable<T> EnumerateEitherAsync([EnumeratorCancellation] CancellationToken other)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(callers, other);
        IAsyncEnumerator<T> items = EnumerateAsync(either.Token).GetAsyncEnumerator(CancellationToken.None);
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
                // The caller knows two tokens, and this is neither.
                throw new DaemonTaskCanceledException(
                    exception.Message, exception.Outcome, exception.CanceledBy, callers.IsCancellationRequested ? callers : other);
            }
        }
    }

    private async IAsyncEnumerable<T> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var retry = new RetryPolicy(connection, request);
        retry.Begin();
        while (true)
        {
            ClientSession session = await retry.ConnectAsync(cancellationToken).ConfigureAwait(false);
            var call = new StreamCall();
            if (!retry.TryStart(session, call, Window))
            {
                continue;
            }

            try
            {
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
            }

            CallEnd end = await call.End.ConfigureAwait(false);
            if (end.Kind == FrameKind.Result && end.Closed is null)
            {
                yield break;
            }

            // A refusal, or a connection that ended before the call was admitted, comes before any item.
            await retry.AfterAsync(session, call, end, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool TryRead(ClientSession session, StreamCall call)
    {
        if (SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default)
        {
            return session.TryReadFor(call);
        }

        // A thread that others wait for, as a window's, has better things to do. The one before may have been another.
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
        ReadOnlySpan<byte> rest = bytes.AsSpan(offset);
        int length = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length < 0 || length > rest.Length - sizeof(int))
        {
            throw new DaemonProtocolException($"An item announces {length} bytes; its frame has {rest.Length} left.");
        }

        offset += sizeof(int) + length;
        T? item = default;
        _ = Value.Read(rest.Slice(sizeof(int), length), ref attachment, ref item, "item");
        return item!;
    }
}
