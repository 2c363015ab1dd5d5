using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Session;

/// <summary>A daemon's conversation with one client. One thread reads; anybody may send.</summary>
internal sealed class ServerSession : IParked
{
    // What the items of one stream may come to, beside the frame by which they may overdraw their credit: of that our client gives at most
    // 1 MiB. So a client whose consumer of a stream is slow, and who reads no items meanwhile, can still cancel it.
    private const int StreamRoom = 2 * 1024 * 1024;

    private static readonly Hello s_unknown = new();
    private static readonly TimeSpan s_helloLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_lastWordLimit = TimeSpan.FromSeconds(1);

    private readonly IByteChannel _channel;
    private readonly IConnectionHandler _handler;
    private readonly int _maxFrameBytes;
    private readonly ReaderThreads _threads;
    private readonly Lock _gate = new();
    private readonly FrameReader _reader;
    private readonly SendQueue _outgoing;
    private ReaderSeat? _seat;
    private bool _lingers;
    private bool _stays;
    private bool _saidGoodbye;
    private uint _lastSeen;

    /// <param name="channel">The connection.</param>
    /// <param name="handler">Does what the client says.</param>
    /// <param name="maxFrameBytes">How large a frame may be.</param>
    /// <param name="threads">Where it reads.</param>
    public ServerSession(IByteChannel channel, IConnectionHandler handler, int maxFrameBytes, ReaderThreads threads)
    {
        (_channel, _handler, _maxFrameBytes, _threads) = (channel, handler, maxFrameBytes, threads);
        _reader = new FrameReader(channel);
        _outgoing = new SendQueue(channel, threads.Parked, mostBytes: (long)maxFrameBytes + StreamRoom);
    }

    /// <summary>The client's process and user.</summary>
    public PeerCredentials Peer => _channel.Peer;

    /// <summary>What the client said of itself. Set once the hello was accepted.</summary>
    public Hello Hello { get; private set; } = s_unknown;

    /// <summary>The same for a handler whose task is of this client.</summary>
    public DaemonCaller Caller => field ??= new DaemonCaller
    {
        ProcessId = Peer.ProcessId,
        UserId = Peer.UserId,
        WorkingDirectory = Hello.WorkingDirectory,
        Environment = Hello.Environment,
        CultureName = Hello.CultureName,
    };

    /// <summary>How the client's program stands to the daemon's. Set when the hello is looked at.</summary>
    public ClientStanding Standing { get; set; }

    /// <summary>Whether the client was told that the handler is being made, and not yet that a call of its may begin. Until then none may.</summary>
    public bool AwaitsStart { get; set; }

    /// <summary>Whether the client has taken all that was sent so far.</summary>
    public bool HasNothingToSend => _outgoing.IsEmpty;

    /// <summary>Grows whenever the client takes something of what had to wait for it.</summary>
    public long Taken => _outgoing.Taken;

    /// <summary>Whether so much waits for the client to read that nothing more is to be made for it.</summary>
    public bool IsFull => _outgoing.IsFull;

    /// <inheritdoc cref="SendQueue.TryAwaitRoom"/>
    public bool TryAwaitRoom(Action onRoom) => _outgoing.TryAwaitRoom(onRoom);

    /// <summary>Starts reading, on a thread of its own.</summary>
    public void Start() => _threads.Start(() => Run(isNew: true));

    /// <summary>Sends a message. Takes the frame over. Nothing happens when the client has gone.</summary>
    public void Send(FrameKind kind, uint callId, FrameBuffer frame)
    {
        _ = _outgoing.Send(frame.Finish(kind, callId));
        if (_outgoing.IsOverflowing)
        {
            _channel.Shutdown();
        }
    }

    /// <summary>Sends a message if the client can have all of it now; false if not. Takes the frame over.</summary>
    public bool TrySendAtOnce(FrameKind kind, uint callId, FrameBuffer frame) => _outgoing.TrySendAtOnce(frame.Finish(kind, callId));

    /// <summary>Says why the connection ends. Requests not seen before are ignored from now on, as the message says.</summary>
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

    /// <summary>Waits until the client has taken everything, at most the limit.</summary>
    public void Drain(TimeSpan limit) => _ = _outgoing.Drain(limit);

    /// <summary>Ends the connection at once.</summary>
    public void Close() => _channel.Shutdown();

    // On a thread that took the seat from the one before.
    private void ReadOn()
    {
        _reader.LeavePayload();
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
            // The client left, in whatever way. Its calls learn it from OnClosed.
        }

        EndLingering();
        if (_stays)
        {
            _threads.EndStaying();
        }

        _reader.Rest();
        Drain(s_lastWordLimit);
        _outgoing.Close();
        _channel.Shutdown();
        _handler.OnClosed(this);
        _channel.Dispose();
    }

    private bool Greet()
    {
        _reader.Until = new Deadline(s_helloLimit);
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
        _reader.Limit = _maxFrameBytes;
        return true;
    }

    /// <summary>Until the connection ends. False when another thread reads on, or will.</summary>
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

    /// <summary>Until the connection ends or is silent. False when another thread reads on, or will.</summary>
    private bool ReceiveAll()
    {
        while (!TryPause())
        {
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

    // Apart from the loop, whose locals would keep the arguments in memory until the next request has come.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Receive(uint callId, in RequestHeader request)
    {
        ReadOnlyMemory<byte> arguments = Hello.SpeaksOurs ? _reader.Payload[request.Size..] : default;
        byte[]? attachment = _reader.TakeAttachment();
        return OnRequest(callId, attachment is null ? request : request with { Attachment = attachment }, arguments) is not { } work || _threads.Work(_seat ??= new ReaderSeat(ReadOn), work, arguments);
    }

    /// <summary>Keeps the thread for a while if nothing comes.</summary>
    private void Linger()
    {
        // Who took over from a thread that works goes on with what that had begun.
        if (!_stays && !_lingers)
        {
            _lingers = true;
            _channel.SilenceLimit = _threads.BeginLingering();
        }
    }

    /// <summary>Keeps the thread for good, as it has made a call: the next is not to wait for a thread. Where there are few it gives it back all the same.</summary>
    private void StayWithThread()
    {
        // After the call, which does not wait for the thread that may have to be made in this one's stead.
        if (!_stays && _threads.TryStay())
        {
            _stays = true;
            EndLingering();
            _channel.SilenceLimit = Timeout.InfiniteTimeSpan;
        }
    }

    private void EndLingering()
    {
        if (_lingers)
        {
            _lingers = false;
            _threads.EndLingering();
        }
    }

    /// <summary>Gives the thread back until more comes. False when it has to wait itself.</summary>
    private bool TryPark()
    {
        EndLingering();
        _reader.Rest();

        // Nothing may be touched once it is parked: the next thread may be here already.
        if (_channel.Handle is not null && _threads.Parked.TryPark(this))
        {
            return true;
        }

        _channel.SilenceLimit = ReaderThreads.LongSilence;
        return false;
    }

    /// <summary>Gives the thread back while the client has too much to read, until it has read some of it. Who makes room for it needs no reader.</summary>
    private bool TryPause()
    {
        if (!_outgoing.IsFull)
        {
            return false;
        }

        EndLingering();
        if (_stays)
        {
            // Else the daemon would count on a thread that others have, or that has ended.
            _stays = false;
            _threads.EndStaying();
        }

        if (_reader.HasMore)
        {
            _reader.LeavePayload();
        }
        else
        {
            _reader.Rest();
        }

        // Nothing may be touched once it is to be called: the next thread may be here already.
        if (_outgoing.TryAwaitRoom(() => _threads.Start(Resume)))
        {
            return true;
        }

        Linger();
        return false;
    }

    SafeHandle IParked.Handle => _channel.Handle!;

    // On the thread that waits for all who are silent.
    void IParked.OnReady(bool hasEnded)
    {
        if (hasEnded && HasNothingToSend)
        {
            _threads.StartEnding(Resume);
        }
        else
        {
            _threads.Start(Resume);
        }
    }

    /// <summary>Hands a request on, unless goodbye was said: the client has been told that it will not run.</summary>
    private IReaderWork? OnRequest(uint callId, in RequestHeader request, ReadOnlyMemory<byte> arguments)
    {
        // Handled inside the gate, so that goodbye is said either before a request, or after it was admitted or refused.
        lock (_gate)
        {
            if (_saidGoodbye)
            {
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
