using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Session;

/// <summary>A client's session with one daemon, from the handshake to the end of the connection.</summary>
/// <remarks>
/// One thread reads and runs no user code: the thread that opened the session, if it has nothing else to do (<see cref="Read"/>). It may lend the
/// reading to a stream's consumer (<see cref="TryReadFor"/>). Any thread may send. The session ends with the connection or when disposed; every open
/// call is then told, once. Call ids never start again: when they are used up, the session accepts no more calls and ends with the last answer.
/// </remarks>
internal sealed partial class ClientSession : IDisposable, IFrameSender
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

    // A frame that a borrower read but did not handle. Its payload and attachment are still in the reader.
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
        // At least the default size limit, because statuses and errors are not bound by the daemon's limit for results.
        _reader.MaxPayloadBytes = (int)Math.Min(int.MaxValue, (long)Math.Max(FrameLimits.Default, welcome.MaxFrameBytes) + FrameLimits.BatchRoom);
    }

    /// <summary>The connection's key, from the hello.</summary>
    public long Key { get; }

    /// <summary>The daemon's introduction.</summary>
    public Welcome Welcome { get; }

    /// <summary>The daemon's process and user, as reported by the kernel.</summary>
    public PeerCredentials Peer => _channel.Peer;

    /// <summary>Completes when the connection has ended and every open call has been told.</summary>
    public Task<SessionEnd> Ended => _ended.Task;

    /// <summary>The error for which this end gave up the connection, or null.</summary>
    public DaemonException? SendFailure => _outgoing.Failure;

    /// <summary>
    /// Whether certainly none of this session's calls ran: the handler was still being created at the handshake, and no call has begun since.
    /// </summary>
    public bool NothingRan => _awaitsStart;

    /// <summary>Whether calls can still be started.</summary>
    public bool IsOpen => _goodbye is null && !_calls.IsSpent && !_ended.Task.IsCompleted;

    /// <summary>The calls and questions that await an answer. For tests.</summary>
    internal CallTable Calls => _calls;

    /// <summary>Whether anything awaits an answer, or is just being told that none will come.</summary>
    public bool HasCalls => _calls.HasAny;

    /// <summary>Returns whether a call or question with this id awaits an answer.</summary>
    internal bool HasCall(uint callId) => _calls.TryGet(callId, out _);

    /// <summary>Performs the handshake within the timeout. The returned session is not being read; the caller must start that.</summary>
    /// <returns>The session; or null when the daemon ended the connection instead, with its goodbye if it sent one.</returns>
    /// <exception cref="TimeoutException">The daemon did not answer in time.</exception>
    /// <exception cref="DaemonProtocolException">The peer is no daemon of ours.</exception>
    public static ClientSession? Open(IByteChannel channel, Hello hello, TimeSpan timeout, out Goodbye? goodbye)
    {
        goodbye = null;
        var outgoing = new SendQueue(channel);
        var reader = new FrameReader(channel);
        FrameBuffer frame = FrameBuffer.Rent();
        hello.Write(frame);
        Hello.CheckLength(frame.Payload.Length);
        reader.Until = new Deadline(timeout);

        // A daemon that refuses the connection may have closed it already; its goodbye can still be read.
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
            // The connection ended before the daemon introduced itself: treat it as unreachable.
            return null;
        }
    }

    /// <summary>Lets the daemon send descriptors with its frames from now on. Called before the session is read.</summary>
    public void AcceptDescriptors() => _channel.AcceptDescriptors();

    /// <summary>Reads on this thread until the connection ends. Returns at once if another thread reads.</summary>
    public void Read()
    {
        if (Interlocked.Exchange(ref _isRead, 1) == 0)
        {
            ReceiveLoop();
        }
    }

    /// <summary>Starts a thread that reads.</summary>
    /// <exception cref="DaemonException">The system gives no thread.</exception>
    public void StartReading() => OwnThread.Start("DaemonRpc client", Read, 2 * OwnThread.SmallStack);

    /// <summary>Sends the frame that starts a call. Takes ownership of the frame.</summary>
    /// <returns>False when the session accepts no more calls: the call was not started and will not be told anything.</returns>
    public bool TryStart(PendingCall call, FrameKind kind, FrameBuffer frame)
    {
        // Ids must reach the daemon in ascending order, because its goodbye tells by id which calls it has seen.
        lock (_starting)
        {
            if (!_calls.TryAdd(call, kind == FrameKind.Request ? CallTable.LastOfCalls : uint.MaxValue))
            {
                frame.Return();
                return false;
            }

            // If sending fails, the reader is about to see the connection's end and tells the call.
            _ = _outgoing.Send(frame.Finish(kind, call.Id), call);
            return true;
        }
    }

    /// <summary>Ends a call locally without waiting for its answer, unless it has already ended. A later answer is ignored.</summary>
    public void Abandon(PendingCall call, Exception reason)
    {
        if (Forget(call))
        {
            if (!call.WhollyWritten || !_outgoing.IsEmpty)
            {
                // The unsent part of the request belongs to the caller, who may change it from now on. So the request must not arrive completely.
                _outgoing.Close();
                _channel.Shutdown();
            }

            call.OnClosed(new SessionEnd(null, reason));
        }
    }

    /// <summary>Removes a call, so that it is told nothing more. Returns false when it has been told its end, or is about to be.</summary>
    public bool Forget(PendingCall call)
    {
        bool isTaken = _calls.TryTake(call.Id, out _);
        EndIfDone();
        return isTaken;
    }

    /// <summary>Ends a status watch, which gets no answer, and tells it nothing more.</summary>
    public void EndWatch(uint callId)
    {
        _ = _calls.TryTake(callId, out _);
        this.SendCancel(callId);
        EndIfDone();
    }

    /// <inheritdoc/>
    public bool IsFull => _outgoing.IsFull;

    /// <inheritdoc cref="SendQueue.TryAwaitRoom"/>
    public bool TryAwaitRoom(Action onRoom) => _outgoing.TryAwaitRoom(onRoom);

    /// <inheritdoc/>
    public void Send(FrameKind kind, uint callId, FrameBuffer frame) => _ = _outgoing.Send(frame.Finish(kind, callId));

    /// <summary>Reads the call's next item on this thread, if the reading was lent to its consumer; if not, asks for that before the consumer waits.</summary>
    /// <remarks>
    /// Blocks no longer than it takes another thread to wake up, and reads no longer than a non-blocking <see cref="FrameReader.TryRead"/>.
    /// </remarks>
    /// <returns>Whether the call has been given an item.</returns>
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
                hasItem = header.CallId == call.Id && header.Kind is FrameKind.Item or FrameKind.Progress or FrameKind.Log;
                if (hasItem)
                {
                    Handle(header, payload);
                }
                else
                {
                    // The reader handles everything else: a failure here reaches only this call.
                    _leftByBorrower = header;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or DaemonProtocolException)
        {
            // The reader deals with the failure, like with any end of the connection, and tells the call.
            failure = exception;
        }
        catch (Exception exception)
        {
            // This is the user's thread and may have been interrupted. How far it got is unknown.
            _loans.End(loan, new IOException("The connection was given up, as reading it failed: " + exception.Message, exception));
            throw;
        }

        if (hasItem && !_calls.HasOther(call.Id))
        {
            loan.Stop();
            return true;
        }

        // Without an item the call now waits for the reader. Ask before the reader continues.
        if (!hasItem)
        {
            _loans.Ask(call);
        }

        _loans.End(loan, failure);
        return hasItem;
    }

    /// <summary>Withdraws the call's wish to read: its consumer does not wait.</summary>
    public void ForgetWish(PendingCall call) => _loans.Forget(call);

    /// <summary>Ends the loan of a call whose consumer wants nothing more.</summary>
    public void EndReading(PendingCall call) => _loans.End(call);

    /// <summary>Ends the connection. The reader tells the open calls.</summary>
    public void Dispose()
    {
        _channel.Shutdown();

        // If no thread reads, this one processes the connection's end.
        Read();
    }
}
