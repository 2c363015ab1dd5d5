using System.ComponentModel;
using DaemonRpc.Calls;

namespace DaemonRpc.CodeGen;

/// <summary>A call being put together by generated code: its arguments, then one of the methods that send it, once. It must not be touched afterwards.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct CallRequest
{
    private readonly OutgoingCall _call;

    internal CallRequest(OutgoingCall call) => _call = call;

    /// <summary>Appends an argument. One that cannot be serialised fails the call when it is awaited. A large array of bytes must not be changed until the call has ended.</summary>
    public CallRequest With<T>(T argument)
    {
        _call.Append(argument);
        return this;
    }

    /// <summary>Sends the call of a method that returns a <see cref="Task"/>.</summary>
    public Task SendAsync(CancellationToken cancellationToken) => SendValueAsync(cancellationToken).AsTask();

    /// <summary>Sends the call of a method that returns a <see cref="Task{T}"/>.</summary>
    public Task<T> SendAsync<T>(CancellationToken cancellationToken) => SendValueAsync<T>(cancellationToken).AsTask();

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask"/>.</summary>
    public ValueTask SendValueAsync(CancellationToken cancellationToken) => UnaryCall<NoResult>.RunToEndAsync(_call, cancellationToken);

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask{T}"/>.</summary>
    public ValueTask<T> SendValueAsync<T>(CancellationToken cancellationToken) => UnaryCall<T>.RunAsync(_call, cancellationToken);

    /// <summary>Sends the call of a method that returns a stream, each time the stream is enumerated.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(CancellationToken cancellationToken) => _call.StreamAsync<T>(cancellationToken);
}
