using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Passing;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Serialization;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>A call's method and arguments.</summary>
/// <remarks>
/// Keeps the arguments until the call has ended, because the call may have to be repeated. Then the object is reused
/// for another call of the connection, unless the call was never sent or did not end at the first attempt.
/// </remarks>
internal sealed class OutgoingCall(ClientConnection connection)
{
    private readonly ArgumentBuffer _arguments = new();
    private UnaryRetry? _retry;
    private uint _method;
    private ushort _count;
    private List<ReportSink>? _sinks;
    private List<AskedArgument>? _asked;
    private List<Func<SentStream>>? _streams;

    // Where each argument begins. Kept only if a daemon of another build may want fewer of them.
    private List<int>? _starts;

    public ClientConnection Connection => connection;

    /// <summary>The method's name, for messages.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The reason why an argument cannot be sent, or null. Thrown when the caller awaits the call.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The retry policy of a unary call.</summary>
    public UnaryRetry Retry => _retry ??= new UnaryRetry(connection, this);

    /// <summary>The request header with the call's method and argument count.</summary>
    public RequestHeader Header => new(connection.Build, _method, 0, _count) { Descriptors = (byte)(_streams?.Count ?? 0) };

    /// <summary>Appends an argument. If it cannot be serialised, awaiting the call throws.</summary>
    public void Append<T>(T argument)
    {
        _count++;
        if (connection.Methods is not null)
        {
            (_starts ??= []).Add(_arguments.Arguments.Length);
        }

        try
        {
            Value.Write(_arguments, argument, "argument", _count, Name);
        }
        catch (DaemonProtocolException exception)
        {
            Failure ??= exception;
        }
    }

    /// <summary>
    /// Whether something is to be done while the call runs: the caller passed what gets progress reports, a stream, a file, or a callback, or
    /// receives what the task logs, or gets a stream of bytes.
    /// </summary>
    public bool IsConversation => _sinks is not null || _asked is not null || _streams is not null || Opening is not null || connection.TaskLog is not null;

    /// <summary>Gets the stream of bytes that the method returns; null if it returns none.</summary>
    public StreamOpening? Opening { get; set; }

    /// <summary>Appends an argument that gets the call's progress reports, or null.</summary>
    public void AppendProgress<T>(IProgress<T>? progress)
    {
        if (progress is not null)
        {
            (_sinks ??= []).Add(ReportSink.Of(_count, progress));
        }

        Append(progress is not null);
    }

    /// <summary>Appends an object that the daemon asks while the call runs, or null.</summary>
    /// <param name="ofPosition">Creates the argument from its position; or null.</param>
    public void AppendAsked(Func<ushort, AskedArgument>? ofPosition)
    {
        if (ofPosition is not null)
        {
            (_asked ??= []).Add(ofPosition(_count));
        }

        Append(ofPosition is not null);
    }

    /// <summary>Appends a file or stream that travels as a descriptor, or null.</summary>
    /// <param name="create">Creates what a call passes; or null.</param>
    public void AppendStream(Func<SentStream>? create)
    {
        if (create is null)
        {
            Append((byte)StreamTraits.Null);
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Failure ??= new PlatformNotSupportedException($"Argument {_count + 1} of {Name} is a file or stream, which travels as a descriptor. Windows has none.");
        }

        _streams ??= [];
        _streams.Add(create);
        if (_streams.Count > DescriptorControl.Most)
        {
            Failure ??= new DaemonProtocolException($"{Name} passes more than {DescriptorControl.Most} files and streams.");
        }

        StreamTraits traits = default;
        try
        {
            traits = create().Traits;
        }
#pragma warning disable CA1031 // Thrown when the caller awaits the call.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failure ??= exception;
        }

        Append((byte)traits);
    }

    /// <summary>Whether the call passes a file or stream.</summary>
    public bool HasStreams => _streams is not null;

    /// <summary>Creates what one call passes; null if it passes no file or stream.</summary>
    public SentStreams? CreateStreams() => _streams is null ? null : new SentStreams([.. _streams.Select(static create => create())]);

    /// <summary>Creates the attempt at a call with a conversation, or at a streaming call.</summary>
    public StreamCall Attempt(ClientSession session, bool isStream)
    {
        var call = new StreamCall(isStream);
        call.Opening = Opening;
        call.Answers = _asked is null ? null : new CallAnswers(session, call, Name, _asked);
        return call;
    }

    /// <summary>Hands over a frame of progress reports or log messages. Runs the caller's code.</summary>
    /// <exception cref="DaemonProtocolException">The frame has something else, or what the caller did not ask for.</exception>
    public void Deliver(in Items frame)
    {
        if (frame.Kind == FrameKind.Log && connection.TaskLog is { } log)
        {
            log.Deliver(frame.Bytes, Name);
        }
        else
        {
            ReportSink.Deliver(_sinks ?? [], frame);
        }
    }

    /// <summary>Returns the stream of a streaming method.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(CancellationToken cancellationToken) => new CallStream<T>(connection, this, cancellationToken);

    /// <summary>Begins a call of a method with this object.</summary>
    public OutgoingCall Begin(uint method, string name)
    {
        _method = method;
        Name = name;
        return this;
    }

    /// <summary>Clears the call and frees the object for reuse. Nothing may refer to it any more.</summary>
    public void Return()
    {
        _arguments.Clear();
        _starts?.Clear();
        _count = 0;
        Failure = null;
        connection.Requests.Give(this);
    }

    /// <summary>Creates the request's frame, in the form in which the daemon understands the method.</summary>
    public FrameBuffer ToFrame(RequestHeader header, ClientSession session)
    {
        int length = _arguments.Arguments.Length;
        if (session.Welcome.Methods.Length > 0 && ShorterFor(session.Welcome.Methods) is { } form)
        {
            length = _starts![form.Arguments];
            header = header with { Method = form.Id, ArgumentCount = (ushort)form.Arguments };
        }

        FrameBuffer frame = _arguments.ToFrame(header.Size, length);
        header.Write(frame.Payload);
        return frame;
    }

    /// <summary>Returns the size of a request's payload in bytes.</summary>
    public long PayloadLength(in RequestHeader header) => header.Size + _arguments.Length;

    /// <summary>
    /// Returns the form without the arguments that a daemon of another build does not know. Null if it knows all, or if one of them differs from its
    /// default: then the whole request is sent, and the builds decide.
    /// </summary>
    private MethodForm? ShorterFor(long[] common)
    {
        if (connection.Methods?.LongestCommon(_method, common) is not { Whole: { } whole } form || _count != whole.Arguments)
        {
            return null;
        }

        var defaults = new ArrayBufferWriter<byte>();
        whole.WriteDefaults(defaults, form.Arguments);
        return _arguments.Arguments[_starts![form.Arguments]..].SequenceEqual(defaults.WrittenSpan) ? form : null;
    }
}
