using System.Buffers;
using System.ComponentModel;
using DaemonRpc.Protocol;

namespace DaemonRpc.CodeGen;

/// <summary>A call being put together by generated code: its arguments, then one of the methods that send it. Used once.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallRequest
{
    private readonly CallChannel _channel;
    private readonly ArrayBufferWriter<byte> _arguments = new();
    private readonly uint _method;
    private ushort _count;
    private Exception? _failure;

    internal CallRequest(CallChannel channel, uint method, string name)
    {
        _channel = channel;
        _method = method;
        Name = name;
    }

    /// <summary>The method's name, for texts.</summary>
    internal string Name { get; }

    /// <summary>What <see cref="With{T}"/> met; thrown where the caller awaits.</summary>
    internal Exception? Failure => _failure;

    /// <summary>Appends an argument. One that cannot be serialised fails the call when it is awaited.</summary>
    public CallRequest With<T>(T argument)
    {
        _count++;
        try
        {
            Value.Write(_arguments, argument, $"argument {_count} of {Name}");
        }
        catch (DaemonProtocolException exception)
        {
            _failure ??= exception;
        }

        return this;
    }

    /// <summary>Sends the call of a method that returns a <see cref="Task"/>.</summary>
    public Task SendAsync(CancellationToken cancellationToken) => new UnaryExchange(_channel, this).RunAsync(cancellationToken);

    /// <summary>Sends the call of a method that returns a <see cref="Task{T}"/>.</summary>
    public async Task<T> SendAsync<T>(CancellationToken cancellationToken)
    {
        byte[] result = await new UnaryExchange(_channel, this).RunAsync(cancellationToken).ConfigureAwait(false);
        T? value = default;
        _ = Value.Read(result, ref value, $"result of {Name}");
        return value!;
    }

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask"/>.</summary>
    public ValueTask SendValueAsync(CancellationToken cancellationToken) => new(SendAsync(cancellationToken));

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask{T}"/>.</summary>
    public ValueTask<T> SendValueAsync<T>(CancellationToken cancellationToken) =>
        new(SendAsync<T>(cancellationToken));

    /// <summary>Sends the call of a method that returns a stream, each time the stream is enumerated.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(CancellationToken cancellationToken) =>
        new CallStream<T>(_channel, this, cancellationToken);

    /// <summary>What its header says of the call itself.</summary>
    internal RequestHeader Header => new(_channel.Build, _method, 0, _count);

    /// <summary>Writes the request's payload.</summary>
    internal void Write(IBufferWriter<byte> output, in RequestHeader header)
    {
        header.Write(output.GetSpan(header.Size));
        output.Advance(header.Size);
        output.Write(_arguments.WrittenSpan);
    }

    /// <summary>The bytes of a request's payload.</summary>
    internal int PayloadLength(in RequestHeader header) => header.Size + _arguments.WrittenCount;
}
