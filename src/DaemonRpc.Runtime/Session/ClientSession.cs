using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Session;

/// <summary>A client's conversation with one daemon, from the handshake to the end of the connection.</summary>
/// <remarks>
/// One thread reads, which is the one that opened it where that has nothing else to do (<see cref="Read"/>); it runs no user code.
/// It may lend that to the consumer of a stream (<see cref="TryReadFor"/>).
/// Anybody may send. Ends when the connection does, or when disposed; every open call is then told, once. Not to be used again.
/// Ids of calls never begin anew: when they are used up it takes no more calls, and ends by itself with the last answer.
/// </remarks>
internal sealed class ClientSession : IDisposable
{
    private readonly IByteChannel _channel;
    private readonly FrameReader _reader;
    private readonly SendQueue _outgoing;
    private readonly Lock _starting = new();
    private readonly CallTable _calls = new();
    private readonly ReaderLoans _loans;
    private readonly TaskCompletionSource<SessionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Goodbye? _goodbye;
    private volatile bool _awaitsStart;
    private int _isRead;

    // A frame that a borrower has read and not handled. Its payload and attachment are still in the reader.
    private FrameHeader? _leftByBorrower;

    private ClientSession(IByteChannel channel, FrameReader reader, SendQueue outgoing, Welcome welcome, long key)
    {
        Key = key;
        _channel = channel;
        _reader = reader;
        _outgoing = outgoing;
        Welcome = welcome;
        _awaitsStart = welcome.IsStarting;
        _loans = new ReaderLoans(_calls);
        // Never less than the default, as statuses and errors are not bound to what the daemon says of its results.
        _reader.Limit = (int)Math.Min(int.MaxValue, (long)Math.Max(FrameLimits.Default, welcome.MaxFrameBytes) + FrameLimits.BatchRoom);
    }

    /// <summary>What the hello named this connection.</summary>
    public long Key { get; }

    /// <summary>What the daemon said of itself.</summary>
    public Welcome Welcome { get; }

    /// <summary>The daemon's process and user, as the kernel named them.</summary>
    public PeerCredentials Peer => _channel.Peer;

    /// <summary>Completes when the connection has ended and every open call was told.</summary>
    public Task<SessionEnd> Ended => _ended.Task;

    /// <summary>Why this end gave the connection up, or null.</summary>
    public DaemonException? SendFailure => _outgoing.Failure;

    /// <summary>Whether the handler was being made when the daemon let us in, and no call has begun since: certainly none of ours ran.</summary>
    public bool NothingRan => _awaitsStart;

    /// <summary>Whether calls can still be started.</summary>
    public bool IsOpen => _goodbye is null && !_calls.IsSpent && !_ended.Task.IsCompleted;

    /// <summary>What awaits an answer. For tests.</summary>
    internal CallTable Calls => _calls;

    /// <summary>Whether anything awaits an answer, or is just being told that there will be none.</summary>
    public bool HasCalls => _calls.HasAny;

    /// <summary>Whether something of that id awaits an answer.</summary>
    internal bool HasCall(uint callId) => _calls.TryGet(callId, out _);

    /// <summary>Introduces the two ends to each other, waiting at most the limit. Nobody reads yet: that is the caller's to begin.</summary>
    /// <returns>The session; or null, with the daemon's goodbye if it said one, when it ended the connection instead.</returns>
    /// <exception cref="TimeoutException">The daemon did not answer in time.</exception>
    /// <exception cref="DaemonProtocolException">What answered is no daemon of ours.</exception>
    public static ClientSession? Open(IByteChannel channel, Hello hello, TimeSpan limit, out Goodbye? goodbye)
    {
        goodbye = null;
        var outgoing = new SendQueue(channel);
        var reader = new FrameReader(channel);
        FrameBuffer frame = FrameBuffer.Rent();
        hello.Write(frame);
        Hello.CheckLength(frame.Payload.Length);
        reader.Until = new Deadline(limit);

        // A daemon that refuses at the door may have closed already; what it said is still there to be read.
        _ = outgoing.Send(frame.Finish(FrameKind.Hello, 0));
        try
        {
            if (!reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
            {
                return null;
            }

            switch (header.Kind)
            {
                case FrameKind.Welcome:
                    reader.Until = null;
                    return new ClientSession(channel, reader, outgoing, Welcome.Read(payload), hello.ConnectionKey);

                case FrameKind.Goodbye:
                    goodbye = Goodbye.Read(payload);
                    return null;

                default:
                    throw new DaemonProtocolException($"The daemon answered the hello with {header.Kind}.");
            }
        }
        catch (IOException)
        {
            // It ended before it introduced itself: as good as never reached.
            return null;
        }
    }

    /// <summary>Reads, on this thread, until the connection ends; returns at once if another does.</summary>
    public void Read()
    {
        if (Interlocked.Exchange(ref _isRead, 1) == 0)
        {
            ReceiveLoop();
        }
    }

    /// <summary>Has a thread of its own read.</summary>
    /// <exception cref="DaemonException">The system gives none.</exception>
    public void StartReading() => OwnThread.Start("DaemonRpc client", Read, 2 * OwnThread.SmallStack);

    /// <summary>Sends what starts a call. Takes the frame over.</summary>
    /// <returns>False when the session is closed to new calls: the call was not started and will not be told anything.</returns>
    public bool TryStart(PendingCall call, FrameKind kind, FrameBuffer frame)
    {
        // Ids must reach the daemon in the order they were given: its goodbye tells by the id what it has seen.
        lock (_starting)
        {
            if (!_calls.TryAdd(call, kind == FrameKind.Request ? CallTable.LastOfCalls : uint.MaxValue))
            {
                frame.Return();
                return false;
            }

            // Should it fail, the reader is about to see the end too, and tells the call.
            _ = _outgoing.Send(frame.Finish(kind, call.Id), call);
            return true;
        }
    }

    /// <summary>Asks to end a call. Never overtakes the call itself.</summary>
    public void SendCancel(uint callId) => _ = _outgoing.Send(FrameBuffer.Rent().Finish(FrameKind.Cancel, callId));

    /// <summary>Tells a call that its answer is not waited for any longer, unless it has been told its end. What comes later is ignored.</summary>
    public void Abandon(PendingCall call, Exception reason)
    {
        if (Forget(call))
        {
            if (!call.WhollyWritten || !_outgoing.IsEmpty)
            {
                // What is still to be sent, be it the last byte, is the caller's, who may change it from now on: so it must not arrive whole.
                _outgoing.Close();
                _channel.Shutdown();
            }

            call.OnClosed(new SessionEnd(null, reason));
        }
    }

    /// <summary>Tells a call nothing any more. False when it has been told its end, or is about to be.</summary>
    public bool Forget(PendingCall call)
    {
        bool isTaken = _calls.TryTake(call.Id, out _);
        EndIfDone();
        return isTaken;
    }

    /// <summary>Ends a watch, which nothing answers: it is told nothing any more.</summary>
    public void EndWatch(uint callId)
    {
        _ = _calls.TryTake(callId, out _);
        SendCancel(callId);
        EndIfDone();
    }

    /// <summary>Allows so many more bytes of items.</summary>
    public void SendCredit(uint callId, int bytes)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(frame.GetSpan(sizeof(int)), bytes);
        frame.Advance(sizeof(int));
        _ = _outgoing.Send(frame.Finish(FrameKind.Credit, callId));
    }

    /// <summary>Reads, on this thread, the next item of that call, if the reading was lent to it; if not, asks for that before it waits.</summary>
    /// <remarks>Waits no longer than it takes others to wake up, nor reads longer than a <see cref="FrameReader.TryRead"/> does that is not to wait.</remarks>
    /// <returns>Whether there is one that the call has been told.</returns>
    public bool TryReadFor(PendingCall call)
    {
        ReaderLoan? loan = _loans.TryBegin(call);
        if (loan is null)
        {
            _loans.Ask(call);
            loan = _loans.TryBegin(call);
            if (loan is null)
            {
                return false;
            }

            _loans.Forget(call);
        }

        bool hasItem = false;
        Exception? failure = null;
        try
        {
            hasItem = call.HasParts;
            if (!hasItem && _reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload, waits: false))
            {
                hasItem = header.CallId == call.Id && header.Kind == FrameKind.Item;
                if (hasItem)
                {
                    Handle(header, payload);
                }
                else
                {
                    // All else is the reader's to tell: what fails here reaches this call only.
                    _leftByBorrower = header;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or DaemonProtocolException)
        {
            // It is the reader's, like the end of the connection: the call is told by it.
            failure = exception;
        }
        catch (Exception exception)
        {
            // This thread is the user's, and may have been interrupted. Nobody knows how far it got.
            _loans.End(loan, new IOException("The connection was given up, as reading it failed: " + exception.Message, exception));
            throw;
        }

        if (hasItem && !_calls.HasOther(call.Id))
        {
            loan.Stop();
            return true;
        }

        // Without an item it waits for the reader now. Said before that one goes on.
        if (!hasItem)
        {
            _loans.Ask(call);
        }

        _loans.End(loan, failure);
        return hasItem;
    }

    /// <summary>That call's consumer has not to wait after all.</summary>
    public void ForgetWish(PendingCall call) => _loans.Forget(call);

    /// <summary>That call's consumer wants nothing more.</summary>
    public void EndReading(PendingCall call) => _loans.End(call);

    /// <summary>Ends the connection. Open calls are told by the reader.</summary>
    public void Dispose()
    {
        _channel.Shutdown();

        // If there is none, this thread meets the end.
        Read();
    }

    private void ReceiveLoop()
    {
        Exception? failure = null;
        try
        {
            while (_reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
            {
                PendingCall? wish = header.Kind == FrameKind.Item ? _loans.TakeWish(header.CallId) : null;
                try
                {
                    Handle(header, payload);
                }
                catch (Exception exception) when (OwnThread.IsShortage(exception))
                {
                    // Who was told goes on in the pool. Without it nobody could take what is read next either.
                    PoolThreads.Await();
                }

                if (wish is not null && _reader.HasMore)
                {
                    Lend(wish);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or DaemonProtocolException)
        {
            failure = exception;
        }

        _outgoing.Close();
        _channel.Shutdown();
        _channel.Dispose();
        var end = new SessionEnd(_goodbye, _outgoing.Failure ?? failure);
        foreach (PendingCall call in _calls.CloseAndTake(static _ => true))
        {
            PoolThreads.Give(() => call.OnClosed(end));
        }

        PoolThreads.Give(() => _ended.SetResult(end));
    }

    // Another connection has taken this one's place.
    private void EndIfDone()
    {
        if (_calls.IsDone)
        {
            _channel.Shutdown();
        }
    }

    private void Lend(PendingCall call)
    {
        _loans.Lend(call);
        if (_leftByBorrower is { } header)
        {
            _leftByBorrower = null;
            _ = _loans.TakeWish(header.CallId);
            Handle(header, _reader.Payload.Span);
        }
    }

    private void Handle(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Welcome.DemandReadable(header.Kind);
        switch (header.Kind)
        {
            case FrameKind.Item or FrameKind.Status:
                if (_calls.TryGet(header.CallId, out PendingCall? streaming))
                {
                    streaming.Attachment = _reader.TakeAttachment();
                    streaming.OnPart(header.Kind, payload);
                }

                return;

            case FrameKind.Queued or FrameKind.Started:
                _awaitsStart = _awaitsStart && header.Kind == FrameKind.Queued;
                if (_calls.TryGet(header.CallId, out PendingCall? waiting))
                {
                    waiting.IsQueued = header.Kind == FrameKind.Queued;
                }

                return;

            case FrameKind.Result or FrameKind.Error or FrameKind.Canceled or FrameKind.Refusal or FrameKind.CancelReply or FrameKind.StopReply
                or FrameKind.OutcomeReply:
                if (!_calls.TryTake(header.CallId, out PendingCall? call))
                {
                    return;
                }

                call.Attachment = _reader.TakeAttachment();
                if (payload.Length > FrameReader.KeptSize)
                {
                    call.OnLargeEnd(header.Kind, _reader.TakePayload());
                }
                else
                {
                    call.OnEnd(header.Kind, payload);
                }

                EndIfDone();
                return;

            case FrameKind.Goodbye:
                OnGoodbye(Goodbye.Read(payload));
                return;

            default:
                throw new DaemonProtocolException($"A daemon may not send {header.Kind}.");
        }
    }

    private void OnGoodbye(Goodbye goodbye)
    {
        _goodbye = goodbye;
        var end = new SessionEnd(goodbye, null);
        foreach (PendingCall call in _calls.CloseAndTake(call => end.NeverAdmitted(call.Id)))
        {
            call.OnClosed(end);
        }
    }
}
