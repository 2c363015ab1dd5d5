using System.ComponentModel;
using System.IO.Pipelines;
using DaemonRpc.Calls;
using DaemonRpc.Passing;
using DaemonRpc.Telemetry;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.CodeGen;

/// <summary>Builds one call for generated code: append the arguments, then call one send method, once. Do not use the value after sending.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct CallRequest
{
    private readonly OutgoingCall _call;

    internal CallRequest(OutgoingCall call) => _call = call;

    /// <summary>
    /// Appends an argument. If the argument cannot be serialised, awaiting the call throws. The caller must not change
    /// a large byte array until the call has ended.
    /// </summary>
    public CallRequest With<T>(T argument)
    {
        _call.Append(argument);
        return this;
    }

    /// <summary>
    /// Appends an argument that gets the call's progress reports, one at a time, in their order, before the call ends. Null asks for none, which
    /// the handler then sees. If the object throws, the call is cancelled and awaiting it throws the same exception.
    /// </summary>
    public CallRequest WithProgress<T>(IProgress<T>? progress)
    {
        _call.AppendProgress(progress);
        return this;
    }

    /// <summary>
    /// Appends a stream. The runtime enumerates it in the thread pool while the handler asks for its items, once for each enumeration in the handler, and
    /// ends the enumeration with the call. Null passes null.
    /// </summary>
    public CallRequest WithStream<T>(IAsyncEnumerable<T>? items)
    {
        _call.AppendAsked(items is null ? null : position => new AskedStream<T>(position, items));
        return this;
    }

    /// <summary>
    /// Appends a callback. The runtime calls it in the thread pool while the handler wants it, after the progress reports that came before, unless the
    /// method streams. Null passes null.
    /// </summary>
    /// <param name="callback">The caller's object.</param>
    /// <param name="dispatch">Creates what calls it.</param>
    public CallRequest WithCallback<T>(T? callback, Func<T, Dispatcher> dispatch)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(dispatch);
        _call.AppendAsked(callback is null ? null : position => new AskedCallback(position, dispatch(callback), typeof(T)));
        return this;
    }

    /// <summary>Appends a file. The handler gets a descriptor of its own for the same open file, which is closed when its task ends. Null passes null.</summary>
    public CallRequest WithFile(SafeFileHandle? file)
    {
        _call.AppendStream(file is null ? null : () => new SentHandle(file));
        return this;
    }

    /// <summary>
    /// Appends a stream of bytes. A <see cref="FileStream"/> travels as its file, whose position both processes share; the runtime copies any other in the
    /// thread pool while the call runs. Null passes null.
    /// </summary>
    public CallRequest WithFile(Stream? stream)
    {
        _call.AppendStream(stream is null ? null : () => SentStream.Of(stream));
        return this;
    }

    /// <summary>Appends a pipe's end that the handler reads. The runtime copies its bytes in the thread pool while the call runs. Null passes null.</summary>
    public CallRequest WithFile(PipeReader? reader)
    {
        _call.AppendStream(reader is null ? null : () => new CopiedStream(reader.AsStream(leaveOpen: true), null, obeys: true));
        return this;
    }

    /// <summary>Appends a pipe's end that the handler writes to. The runtime copies its bytes in the thread pool while the call runs. Null passes null.</summary>
    public CallRequest WithFile(PipeWriter? writer)
    {
        _call.AppendStream(writer is null ? null : () => new CopiedStream(null, writer.AsStream(leaveOpen: true), obeys: true));
        return this;
    }

    /// <summary>Appends a pipe that the handler reads and writes to. The runtime copies its bytes in the thread pool while the call runs. Null passes null.</summary>
    public CallRequest WithFile(IDuplexPipe? pipe)
    {
        _call.AppendStream(pipe is null ? null : () => new CopiedStream(pipe.Input.AsStream(leaveOpen: true), pipe.Output.AsStream(leaveOpen: true), obeys: true));
        return this;
    }

    /// <summary>Sends the call of a method that returns a <see cref="Task"/>.</summary>
    public Task SendAsync(CancellationToken cancellationToken) => SendValueAsync(cancellationToken).AsTask();

    /// <summary>Sends the call of a method that returns a <see cref="Task{T}"/>.</summary>
    public Task<T> SendAsync<T>(CancellationToken cancellationToken) => SendValueAsync<T>(cancellationToken).AsTask();

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask"/>.</summary>
    public ValueTask SendValueAsync(CancellationToken cancellationToken) =>
        CallWatch.IsClientWanted ? WatchedCall.RunToEndAsync(_call, cancellationToken) : UnaryCall<NoResult>.RunToEndAsync(_call, cancellationToken);

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask{T}"/>.</summary>
    public ValueTask<T> SendValueAsync<T>(CancellationToken cancellationToken) =>
        CallWatch.IsClientWanted ? WatchedCall.RunAsync<T>(_call, cancellationToken) : UnaryCall<T>.RunAsync(_call, cancellationToken);

    /// <summary>Sends the call of a method that returns a <see cref="Task{T}"/> of a <see cref="Stream"/>. The call goes on until the daemon has copied the stream.</summary>
    /// <typeparam name="T">The stream, which may be declared as nullable.</typeparam>
    public async Task<T> OpenAsync<T>(CancellationToken cancellationToken)
        where T : Stream? => (T)(await StreamOpening.RunAsync(_call, cancellationToken).ConfigureAwait(false))!;

    /// <summary>Sends the call of a method that returns a <see cref="ValueTask{T}"/> of a <see cref="Stream"/>. The call goes on until the daemon has copied the stream.</summary>
    /// <typeparam name="T">The stream, which may be declared as nullable.</typeparam>
    public ValueTask<T> OpenValueAsync<T>(CancellationToken cancellationToken)
        where T : Stream? => new(OpenAsync<T>(cancellationToken));

    /// <summary>Returns the stream of a streaming method. Each enumeration sends the call anew.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(CancellationToken cancellationToken) => _call.StreamAsync<T>(cancellationToken);
}
