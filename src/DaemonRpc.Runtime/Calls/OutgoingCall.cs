using System.Buffers;
using DaemonRpc.Framing;
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

    // Where each argument begins. Kept only if a daemon of another build may want fewer of them.
    private List<int>? _starts;

    /// <summary>The method's name, for messages.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The reason why an argument cannot be sent, or null. Thrown when the caller awaits the call.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The retry policy of a unary call.</summary>
    public UnaryRetry Retry => _retry ??= new UnaryRetry(connection, this);

    /// <summary>The request header with the call's method and argument count.</summary>
    public RequestHeader Header => new(connection.Build, _method, 0, _count);

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

    /// <summary>Whether the caller passed something that the daemon uses while the call runs: what gets progress reports, a stream, or a callback.</summary>
    public bool IsConversation => _sinks is not null || _asked is not null;

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

    /// <summary>Creates the attempt at a call with a conversation, or at a streaming call.</summary>
    public StreamCall Attempt(ClientSession session, bool isStream)
    {
        var call = new StreamCall(isStream);
        call.Answers = _asked is null ? null : new CallAnswers(session, call, Name, _asked);
        return call;
    }

    /// <summary>Hands over a frame of progress reports. Runs the caller's code.</summary>
    /// <exception cref="DaemonProtocolException">The frame has no reports, or none that the caller asked for.</exception>
    public void Deliver(in Items frame) => ReportSink.Deliver(_sinks ?? [], frame);

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
