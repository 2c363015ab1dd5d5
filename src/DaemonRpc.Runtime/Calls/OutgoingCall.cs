using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Serialization;

namespace DaemonRpc.Calls;

/// <summary>A call on its way out: its method and arguments.</summary>
/// <remarks>
/// It keeps the arguments until the call has ended, as the call may have to be made again, and then serves for another
/// call of the same connection. One that is never sent, or whose call did not end at the first attempt, does not come back.
/// </remarks>
internal sealed class OutgoingCall(ClientConnection connection)
{
    private readonly ArgumentBuffer _arguments = new();
    private UnaryRetry? _exchange;
    private uint _method;
    private ushort _count;

    /// <summary>The method's name, for texts.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Why an argument cannot be sent, or null; thrown where the caller awaits.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>What decides about the call, if it has one answer.</summary>
    public UnaryRetry Retry => _exchange ??= new UnaryRetry(connection, this);

    /// <summary>What its header says of the call itself.</summary>
    public RequestHeader Header => new(connection.Build, _method, 0, _count);

    /// <summary>Appends an argument. One that cannot be serialised fails the call when it is awaited.</summary>
    public void Append<T>(T argument)
    {
        _count++;
        try
        {
            Value.Write(_arguments, argument, "argument", _count, Name);
        }
        catch (DaemonProtocolException exception)
        {
            Failure ??= exception;
        }
    }

    /// <summary>The items of a method that returns a stream.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(CancellationToken cancellationToken) => new CallStream<T>(connection, this, cancellationToken);

    /// <summary>Begins another call.</summary>
    public OutgoingCall Begin(uint method, string name)
    {
        _method = method;
        Name = name;
        return this;
    }

    /// <summary>Forgets the call, and may serve for another one. Nothing may refer to it any more.</summary>
    public void Return()
    {
        _arguments.Clear();
        _count = 0;
        Failure = null;
        connection.Requests.Give(this);
    }

    /// <summary>The frame that asks for the call.</summary>
    public FrameBuffer ToFrame(in RequestHeader header)
    {
        FrameBuffer frame = _arguments.ToFrame(header.Size);
        header.Write(frame.Payload);
        return frame;
    }

    /// <summary>The bytes of a request's payload.</summary>
    public long PayloadLength(in RequestHeader header) => header.Size + _arguments.Length;
}
