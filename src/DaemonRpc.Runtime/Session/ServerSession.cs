using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Session;

/// <summary>A daemon's session with one client. One thread reads; any thread may send.</summary>
internal sealed partial class ServerSession : IParked, IFrameSender
{
    // How many bytes of one stream's items may wait to be sent, beside the frame by which a stream may exceed its credit; our client
    // grants at most 1 MiB. So a client whose stream consumer is slow, and which therefore reads no items, can still cancel the stream.
    private const int StreamRoom = 2 * 1024 * 1024;

    private const int MostWaitingDescriptors = 16;

    private static readonly Hello s_unknown = new();
    private static readonly TimeSpan s_helloTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_lastWordTimeout = TimeSpan.FromSeconds(1);

    private readonly IByteChannel _channel;
    private readonly IConnectionHandler _handler;
    private readonly int _maxFrameBytes;
    private readonly ReaderThreads _threads;
    private readonly Lock _gate = new();
    private readonly FrameReader _reader;
    private readonly SendQueue _outgoing;

    // Created with the first request that comes with descriptors, by the thread that reads.
    private volatile PassedDescriptors? _passed;
    private ReaderSeat? _seat;
    private bool _lingers;
    private bool _stays;
    private bool _saidGoodbye;
    private uint _lastSeen;

    /// <summary>Creates the session of a new connection.</summary>
    /// <param name="channel">The connection.</param>
    /// <param name="handler">Handles the client's messages.</param>
    /// <param name="maxFrameBytes">The size limit of a frame.</param>
    /// <param name="threads">The threads that read.</param>
    public ServerSession(IByteChannel channel, IConnectionHandler handler, int maxFrameBytes, ReaderThreads threads)
    {
        (_channel, _handler, _maxFrameBytes, _threads) = (channel, handler, maxFrameBytes, threads);
        _reader = new FrameReader(channel);
        _outgoing = new SendQueue(channel, threads.Parked, mostBytes: (long)maxFrameBytes + StreamRoom);
    }

    /// <summary>The client's process and user, as reported by the kernel.</summary>
    public PeerCredentials Peer => _channel.Peer;

    /// <summary>The client's introduction. Set once the hello was accepted.</summary>
    public Hello Hello { get; private set; } = s_unknown;

    /// <summary>The client's description for the handler, while one of its tasks runs.</summary>
    public DaemonCaller Caller => field ??= new DaemonCaller
    {
        ProcessId = Peer.ProcessId,
        UserId = Peer.UserId,
        WorkingDirectory = Hello.WorkingDirectory,
        Environment = Hello.Environment,
        CultureName = Hello.CultureName,
    };

    /// <summary>How the client's program relates to the daemon's. Set when the hello is judged.</summary>
    public ClientStanding Standing { get; set; }

    /// <summary>Whether the client was told that the handler is being created, and not yet that a call may begin. Until then none of its calls may.</summary>
    public bool AwaitsStart { get; set; }

    /// <summary>Whether everything sent so far has left for the client.</summary>
    public bool HasNothingToSend => _outgoing.IsEmpty;

    /// <summary>Whether the client takes the descriptors that it is sent. They must not fill the daemon.</summary>
    public bool HasRoomForDescriptors => _outgoing.WaitingDescriptors < MostWaitingDescriptors;

    /// <summary>Grows whenever the client takes some of what had to wait for it.</summary>
    public long Taken => _outgoing.Taken;

    /// <summary>Whether so much waits for the client that nothing more should be produced for it.</summary>
    public bool IsFull => _outgoing.IsFull;

    /// <inheritdoc cref="SendQueue.TryAwaitRoom"/>
    public bool TryAwaitRoom(Action onRoom) => _outgoing.TryAwaitRoom(onRoom);

    /// <summary>Starts reading, on a reader thread.</summary>
    public void Start() => _threads.Start(() => Run(isNew: true));

    /// <summary>Sends a message. Takes ownership of the frame. Does nothing when the client has gone.</summary>
    public void Send(FrameKind kind, uint callId, FrameBuffer frame)
    {
        if (kind is FrameKind.Refusal or FrameKind.Canceled or FrameKind.Error)
        {
            // A call that never became a task leaves its descriptors here.
            _passed?.Close(callId);
        }

        _ = _outgoing.Send(frame.Finish(kind, callId));
        if (_outgoing.IsOverflowing)
        {
            _channel.Shutdown();
        }
    }

    /// <summary>Sends a message if all of it fits without waiting; otherwise returns false. Takes ownership of the frame.</summary>
    public bool TrySendAtOnce(FrameKind kind, uint callId, FrameBuffer frame) => _outgoing.TrySendAtOnce(frame.Finish(kind, callId));

    /// <summary>Tells the client why the connection ends. Requests received later are ignored, as the message says.</summary>
    public void SayGoodbye(Goodbye goodbye)
    {
        lock (_gate)
        {
            if (_saidGoodbye)
            {
                return;
            }

            _saidGoodbye = true;
            FrameBuffer frame = FrameBuffer.Rent();
            (goodbye with { LastAdmitted = _lastSeen }).Write(frame);
            _ = _outgoing.Send(frame.Finish(FrameKind.Goodbye, 0));
        }
    }

    /// <summary>Removes and returns the descriptors that came with a request, whose task owns them from now on. Empty if there are none, or the client has gone.</summary>
    public SafeFileHandle[] TakeDescriptors(uint callId) => _passed?.Take(callId) ?? [];

    /// <summary>Waits up to the timeout until everything sent has left for the client.</summary>
    public void Drain(TimeSpan timeout) => _ = _outgoing.Drain(timeout);

    /// <summary>Ends the connection at once.</summary>
    public void Close() => _channel.Shutdown();

    // Runs on a thread that took the seat from the previous one, which still uses the payload.
    private void ReadOn()
    {
        _reader.LeavePayload();
        StayWithThread();
        Resume();
    }

    private void Resume() => Run(isNew: false);

    private void Run(bool isNew)
    {
        try
        {
            if (!isNew || Greet())
            {
                Linger();
                if (!Receive())
                {
                    return;
                }
            }
        }
        catch (DaemonProtocolException exception)
        {
            SayGoodbye(new Goodbye { Reason = GoodbyeReason.Protocol, Message = exception.Message });
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            // The client has gone. OnClosed tells its calls.
        }

        EndLingering();
        if (_stays)
        {
            _threads.EndStaying();
        }

        _reader.Rest();
        Drain(s_lastWordTimeout);
        _outgoing.Close();
        _channel.Shutdown();
        _handler.OnClosed(this);
        _passed?.Close();
        _channel.Dispose();
    }

    private bool Greet()
    {
        _reader.Until = new Deadline(s_helloTimeout);
        if (!_reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
        {
            return false;
        }

        if (header.Kind != FrameKind.Hello)
        {
            throw new DaemonProtocolException($"A connection must begin with a hello, not with frame kind {(byte)header.Kind}.");
        }

        Hello = Hello.Read(payload);
        if (_handler.OnHello(this, Hello, out Welcome welcome) is { } refusal)
        {
            SayGoodbye(refusal);
            return false;
        }

        FrameBuffer frame = FrameBuffer.Rent();
        welcome.Write(frame);
        Send(FrameKind.Welcome, 0, frame);
        _reader.Until = null;
        if (Hello is { ForCalls: true, SpeaksOurs: true } && _handler.PassesDescriptors)
        {
            _channel.AcceptDescriptors();
        }

        (_reader.MaxPayloadBytes, _reader.BatchRoom) = (_maxFrameBytes, FrameLimits.BatchRoom);
        return true;
    }

    /// <summary>Reads until the connection ends. Returns false when another thread reads on, now or later.</summary>
    private bool Receive()
    {
        while (ReceiveAll())
        {
            if (!_reader.IsSilent)
            {
                return true;
            }

            if (TryPark())
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Reads until the connection ends or is silent. Returns false when another thread reads on, now or later.</summary>
    private bool ReceiveAll()
    {
        while (!TryPause())
        {
            if (_channel.Descriptors is { IsEmpty: false } && !_reader.HasMore)
            {
                throw new DaemonProtocolException("Descriptors came that no request announced.");
            }

            if (!_reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
            {
                return true;
            }

            switch (header.Kind)
            {
                case FrameKind.Request:
                    if (!Receive(header.CallId, Hello.SpeaksOurs ? RequestHeader.Read(payload) : RequestHeader.ReadFrozen(payload)))
                    {
                        return false;
                    }

                    StayWithThread();
                    break;

                case FrameKind.Cancel:
                    _handler.OnCancel(this, header.CallId);
                    break;

                case FrameKind.Credit:
                    _handler.OnCredit(this, header.CallId, payload.Length == sizeof(int)
                        ? BinaryPrimitives.ReadInt32LittleEndian(payload)
                        : throw new DaemonProtocolException($"A credit frame has {payload.Length} bytes instead of 4."));
                    break;

                case FrameKind.AskedItems or FrameKind.Answer:
                    _handler.OnAnswer(this, header.CallId, header.Kind, payload, _reader.TakeAttachment());
                    break;

                case FrameKind.StatusQuery:
                    _handler.OnStatusQuery(this, header.CallId, StatusQuery.Read(payload));
                    break;

                case FrameKind.CancelTask:
                    _handler.OnCancelTask(this, header.CallId, CancelTask.Read(payload));
                    break;

                case FrameKind.OutcomeQuery:
                    _handler.OnOutcomeQuery(this, header.CallId, TaskOutcome.Read(payload));
                    break;

                case FrameKind.Stop:
                    _handler.OnStop(this, header.CallId, force: !payload.IsEmpty && payload[0] != 0);
                    break;

                default:
                    throw new DaemonProtocolException($"A client may not send frame kind {(byte)header.Kind}.");
            }
        }

        return false;
    }

    // Not inlined into the loop: the loop's locals would keep the arguments in memory until the next request comes.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Receive(uint callId, in RequestHeader request)
    {
        ReadOnlyMemory<byte> arguments = Hello.SpeaksOurs ? _reader.Payload[request.Size..] : default;
        byte[]? attachment = _reader.TakeAttachment();
        if (request.Descriptors > 0)
        {
            (_passed ??= new PassedDescriptors()).Add(callId, _channel.Descriptors?.Take(request.Descriptors) ?? throw new DaemonProtocolException("Descriptors are announced on a connection for no calls, or for calls that pass no file or stream."));
        }

        return OnRequest(callId, attachment is null ? request : request with { Attachment = attachment }, arguments) is not { } work || _threads.Work(_seat ??= new ReaderSeat(ReadOn), work, arguments);
    }

    /// <summary>Passes a request on, unless goodbye was said: then the client knows that the request will not run.</summary>
    private IReaderWork? OnRequest(uint callId, in RequestHeader request, ReadOnlyMemory<byte> arguments)
    {
        // Handled inside the gate, so that goodbye comes either before a request, or after it was admitted or refused.
        lock (_gate)
        {
            if (_saidGoodbye)
            {
                _passed?.Close(callId);
                return null;
            }

            if (callId <= _lastSeen)
            {
                throw new DaemonProtocolException($"Call id {callId} follows {_lastSeen}; ids must grow.");
            }

            _lastSeen = callId;
            return _handler.OnRequest(this, callId, request, arguments);
        }
    }
}
