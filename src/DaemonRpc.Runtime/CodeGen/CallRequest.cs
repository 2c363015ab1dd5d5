using System.ComponentModel;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.CodeGen;

/// <summary>A call being put together by generated code: its arguments, then one of the methods that send it, once. It must not be touched afterwards.</summary>
/// <remarks>
/// It keeps the arguments until the call has ended, as the call may have to be made again, and then serves for another
/// call of the same channel. One that is never sent, or whose call did not end at the first attempt, does not come back.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallRequest
{
    private readonly CallChannel _channel;
    private readonly ArgumentBuffer _arguments = new();
    private UnaryExchange? _exchange;
    private uint _method;
    private ushort _count;
    private Exception? _failure;

    internal CallRequest(CallChannel channel) => _channel = channel;

    /// <summary>The method's name, for texts.</summary>
    internal string Name { get; private set; } = "";

    /// <summary>What <see cref="With{T}"/> met; thrown where the caller awaits.</summary>
    internal Exception? Failure => _failure;

    /// <summary>What decides about the call, if it has one answer.</summary>
    internal UnaryExchange Exchange => _exchange ??= new UnaryExchange(_channel, this);

    /// <summary>Appends an argument. One that cannot be serialised fails the call when it is awaited. A large array of bytes must not be changed until the call has ended.</summary>
    public CallRequest With<T>(T argument)
    {
        _count++;
        try
        {
            Value.Write(_arguments, argument, "argument", _count, Name);
        }
        catch (DaemonProtocolException exception)
        {
            _failure ??= exception;
        }

        return this;
    }

    /// <summary>Sends the call of a method that returns a <see cref="Task"/>.</summary>
    public Task SendAsync(CancellationToken cancellationToken) => SendValueAsync(cancellationToken).AsTask();

    /// <summary>Sends the call of a method that returns a <see cref="Task{T}"/>.</summary>
    public Task<T> SendAsync<T>(CancellationToken cancellationToken) => SendValueAsync<T>(cancellationToken).AsTask();

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask"/>.</summary>
    public ValueTask SendValueAsync(CancellationToken cancellationToken) => UnaryCall<NoResult>.RunToEndAsync(this, cancellationToken);

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask{T}"/>.</summary>
    public ValueTask<T> SendValueAsync<T>(CancellationToken cancellationToken) => UnaryCall<T>.RunAsync(this, cancellationToken);

    /// <summary>Sends the call of a method that returns a stream, each time the stream is enumerated.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(CancellationToken cancellationToken) =>
        new CallStream<T>(_channel, this, cancellationToken);

    /// <summary>Begins another call.</summary>
    internal CallRequest Begin(uint method, string name)
    {
        _method = method;
        Name = name;
        return this;
    }

    /// <summary>Forgets the call, and may serve for another one. Nothing may refer to it any more.</summary>
    internal void Return()
    {
        _arguments.Clear();
        _count = 0;
        _failure = null;
        _channel.Requests.Give(this);
    }

    /// <summary>What its header says of the call itself.</summary>
    internal RequestHeader Header => new(_channel.Build, _method, 0, _count);

    /// <summary>The frame that asks for the call.</summary>
    internal FrameBuffer ToFrame(in RequestHeader header)
    {
        FrameBuffer frame = _arguments.ToFrame(header.Size);
        header.Write(frame.Payload);
        return frame;
    }

    /// <summary>The bytes of a request's payload.</summary>
    internal long PayloadLength(in RequestHeader header) => header.Size + _arguments.Length;
}
