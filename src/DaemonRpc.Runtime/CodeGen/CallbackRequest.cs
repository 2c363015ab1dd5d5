using System.ComponentModel;

namespace DaemonRpc.CodeGen;

/// <summary>Builds one call of a callback for generated code: append the arguments, then call one send method, once. Do not use the value after sending.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct CallbackRequest
{
    private readonly CallbackCall _call;

    internal CallbackRequest(CallbackCall call) => _call = call;

    /// <summary>Appends an argument. If the argument cannot be serialised, awaiting the call throws.</summary>
    public CallbackRequest With<T>(T argument)
    {
        _call.Append(argument);
        return this;
    }

    /// <summary>Sends the call of a method that returns a <see cref="Task"/>.</summary>
    public Task SendAsync(CancellationToken cancellationToken) => _call.RunAsync(cancellationToken);

    /// <summary>Sends the call of a method that returns a <see cref="Task{T}"/>.</summary>
    public Task<T> SendAsync<T>(CancellationToken cancellationToken) => _call.RunAsync<T>(cancellationToken);

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask"/>.</summary>
    public ValueTask SendValueAsync(CancellationToken cancellationToken) => new(_call.RunAsync(cancellationToken));

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask{T}"/>.</summary>
    public ValueTask<T> SendValueAsync<T>(CancellationToken cancellationToken) => new(_call.RunAsync<T>(cancellationToken));
}
