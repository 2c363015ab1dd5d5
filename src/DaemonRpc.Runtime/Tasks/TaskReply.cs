using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Tasks;

/// <summary>Sends a task's items to its owner, and holds its result until the task has settled.</summary>
internal sealed class TaskReply(RunningTask task) : Reply
{
    private FrameBuffer? _result;
    private Func<ErrorMessage, ErrorMessage>? _fault;

    /// <summary>Is cancelled when the task is cancelled.</summary>
    public override CancellationToken Token => task.Token;

    /// <summary>The client's session.</summary>
    public ServerSession Owner => task.Owner;

    /// <summary>An object of the handler's that is kept for the next task.</summary>
    public object? Kept { get; set; }

    /// <summary>Removes and returns the request's attachment, or null.</summary>
    public byte[]? TakeAttachment() => task.TakeAttachment();

    /// <summary>Removes and returns the descriptors that came with the request, which the caller owns. Empty if there are none, or the client has gone.</summary>
    public SafeFileHandle[] TakeDescriptors() => task.Request.Descriptors == 0 ? [] : task.Owner.TakeDescriptors(task.CallId);

    /// <summary>Begins the result, discarding an earlier one.</summary>
    public override IBufferWriter<byte> BeginResult()
    {
        _result ??= FrameBuffer.Rent();
        _result.Truncate(0);
        return _result;
    }

    /// <summary>Completes the result.</summary>
    /// <exception cref="DaemonProtocolException">The result exceeds the frame size limit.</exception>
    public override void EndResult()
    {
        int length = _result?.WholeLength ?? 0;
        if (length > MaxFrameBytes)
        {
            throw TooLarge("result", task.Description.Method, length, MaxFrameBytes);
        }

        // The slot is freed before the result is sent, and the next task may then change the array that this one returned.
        _result?.OwnAttachment();
    }

    /// <summary>Adds a fault to the error that is about to end the task.</summary>
    /// <param name="type">The name of the fault's type.</param>
    /// <param name="value">The fault's bytes.</param>
    public void Fault(string type, ReadOnlyMemory<byte> value)
    {
        if (value.Length > MaxFrameBytes)
        {
            FaultIsUnsent($"It has {value.Length} bytes; a frame may have {MaxFrameBytes} (DaemonOptions.MaxFrameBytes).");
        }
        else
        {
            _fault = error => error with { FaultType = type, Fault = value };
        }
    }

    /// <summary>Adds to the error that is about to end the task why its fault is missing.</summary>
    public void FaultIsUnsent(string reason) => _fault = error => error with { Message = $"{error.Message} (Its fault could not be sent: {reason})" };

    /// <summary>Creates the message for the exception that ended the task. Runs the exception's own code, which may take any time.</summary>
    public ErrorMessage ErrorOf(Exception exception)
    {
        Func<ErrorMessage, ErrorMessage>? fault = _fault;
        _fault = null;
        ErrorMessage error = ErrorMessage.Of(exception);
        if (exception is CallerFailureException failure && task.Asked(failure))
        {
            error = error with { Ask = failure.Ask };
        }

        return fault is null ? error : fault(error);
    }

    /// <summary>Begins a stream.</summary>
    /// <exception cref="DaemonProtocolException">The client called a method without a stream.</exception>
    public ItemBatch BeginItems()
    {
        return task.IsStream ? task.Items : throw NoStream();
    }

    /// <summary>Sends the caller the descriptor of a stream. Takes ownership of it.</summary>
    /// <param name="traits">What the stream is.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="isCopied">Whether the task goes on until the stream has been copied. Its deadline then no longer counts.</param>
    /// <exception cref="DaemonProtocolException">The client called a method without a stream.</exception>
    /// <exception cref="IOException">The client does not take the streams that were sent before, or this process has only the descriptors left that it needs itself.</exception>
    public void Open(byte traits, SafeFileHandle descriptor, bool isCopied)
    {
        Exception? refused = !task.IsStream ? NoStream()
            : !task.Owner.HasRoomForDescriptors ? NotSent($"its caller, process {task.Owner.Peer.ProcessId}, does not take those before it.")
            : DescriptorRoom.IsReserved(descriptor) ? NotSent($"process {Environment.ProcessId} has too few descriptors left (ulimit -n, RLIMIT_NOFILE).")
            : null;
        if (refused is not null)
        {
            descriptor.Dispose();
            throw refused;
        }

        if (isCopied)
        {
            task.LiftDeadline();
        }

        FrameBuffer frame = FrameBuffer.Rent();
        frame.GetSpan(1)[0] = traits;
        frame.Advance(1);
        frame.Descriptors = [descriptor];
        task.Flush();
        task.Owner.Send(FrameKind.Opened, task.CallId, frame);
    }

    /// <summary>Begins progress reports, which code that the task leaves running may still make.</summary>
    public ItemBatch BeginReports() => task.Share().Items;

    /// <summary>What the task asks of its caller.</summary>
    public CallerAsks BeginAsks() => task.Share().Asks;

    private IOException NotSent(string why) => new($"The stream that {Method} returned was not sent: {why}");

    private DaemonProtocolException NoStream() => new($"{Method} was called as a method that returns no stream.");

    /// <summary>The name of the task's method.</summary>
    public string Method => task.Description.Method;

    /// <summary>The size limit of results, items and asks, in bytes.</summary>
    public int MaxFrameBytes => task.MaxFrameBytes;

    /// <summary>Returns <see cref="Token"/>.</summary>
    public Func<CancellationToken> TokenSource => field ??= () => task.Token;

    /// <summary>Removes and returns the result's frame, for whoever settled the task.</summary>
    public FrameBuffer TakeResult() => Interlocked.Exchange(ref _result, null) ?? FrameBuffer.Rent();

    /// <summary>Creates the exception for a handler whose result or item exceeds the size limit.</summary>
    public static DaemonProtocolException TooLarge(string what, string method, int length, int most) => new(
        $"The {what} of {method} has {length} bytes; a frame may have {most} (DaemonOptions.MaxFrameBytes). Send less at a time, for instance as a stream.");
}
