using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Serialization;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>One call of a callback, from its arguments to its result.</summary>
internal sealed class CallbackCall : PendingAsk
{
    private readonly CallerAsks _asks;
    private readonly string _name;
    private readonly int _maxFrameBytes;
    private readonly CancellationToken _tasks;
    private readonly FrameBuffer _frame;
    private readonly int _countStart;
    private readonly TaskCompletionSource<CallbackResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ushort _count;
    private DaemonProtocolException? _unsendable;

    /// <summary>Begins a call.</summary>
    /// <param name="asks">What the task asks of its caller.</param>
    /// <param name="argument">The callback's position among the task's arguments.</param>
    /// <param name="method">The method's id.</param>
    /// <param name="name">The method's name, for messages.</param>
    /// <param name="maxFrameBytes">The size limit of a frame.</param>
    /// <param name="tasks">The task's token.</param>
    public CallbackCall(CallerAsks asks, ushort argument, uint method, string name, int maxFrameBytes, CancellationToken tasks)
    {
        (_asks, _name, _maxFrameBytes, _tasks) = (asks, name, maxFrameBytes, tasks);
        _frame = asks.Frame(argument, method);
        _countStart = _frame.PayloadLength;
        _ = _frame.GetSpan(sizeof(ushort));
        _frame.Advance(sizeof(ushort));
    }

    public override string? Method => _name;

    /// <summary>Appends an argument. If it cannot be serialised, awaiting the call throws.</summary>
    public void Append<T>(T argument)
    {
        _count++;
        try
        {
            Value.Write(_frame, argument, "argument", _count, _name);
        }
        catch (DaemonProtocolException exception)
        {
            _unsendable ??= exception;
        }
    }

    /// <summary>Makes the call of a method without a result.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => AskAsync(cancellationToken);

    /// <summary>Makes the call of a method with a result.</summary>
    public async Task<T> RunAsync<T>(CancellationToken cancellationToken)
    {
        (byte[] bytes, byte[]? attachment) = await AskAsync(cancellationToken).ConfigureAwait(false);
        T? result = default;
        _ = Value.Read(bytes, ref attachment, ref result, "result", method: _name);
        return result!;
    }

    public override void OnItems(byte[] items, byte[]? attachment) =>
        throw new DaemonProtocolException($"The client sent items to {_name}, which is a callback.");

    public override void OnAnswer(CallerFailureException? failure, ReadOnlySpan<byte> result, byte[]? attachment)
    {
        byte[] bytes = result.ToArray();
        Wake(() => _ = failure is null ? _answer.TrySetResult(new CallbackResult(bytes, attachment)) : _answer.TrySetException(failure));
    }

    public override void OnClosed(Exception reason) => Wake(() => _ = _answer.TrySetException(reason));

    private async Task<CallbackResult> AskAsync(CancellationToken cancellationToken)
    {
        Check(cancellationToken);
        bool hasBoth = cancellationToken.CanBeCanceled && cancellationToken != _tasks;
        using CancellationTokenSource? either = hasBoth ? CancellationTokenSource.CreateLinkedTokenSource(_tasks, cancellationToken) : null;
        _asks.Begin(this, _frame);
        try
        {
            return await _answer.Task.WaitAsync(either?.Token ?? _tasks).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            _asks.Withdraw(this);
            throw new OperationCanceledException(exception.Message, exception, cancellationToken.IsCancellationRequested ? cancellationToken : _tasks);
        }
    }

    private void Check(CancellationToken cancellationToken)
    {
        try
        {
            if ((_unsendable ?? (_frame.WholeLength > _maxFrameBytes ? TaskReply.TooLarge("call", _name, _frame.WholeLength, _maxFrameBytes) : null)) is { } unsendable)
            {
                throw unsendable;
            }

            cancellationToken.ThrowIfCancellationRequested();
            _tasks.ThrowIfCancellationRequested();
        }
        catch
        {
            _frame.Return();
            throw;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(_frame.Payload[_countStart..], _count);
    }

    private readonly record struct CallbackResult(byte[] Bytes, byte[]? Attachment);
}
