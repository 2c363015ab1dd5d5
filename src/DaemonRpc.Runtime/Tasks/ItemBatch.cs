using System.Buffers;
using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>Sends a task's items, progress reports and log messages, several in a frame when they come faster than it pays to send each.</summary>
/// <remarks>
/// An item that comes a while after the previous one is sent at once. Items that follow quickly are collected in a frame, which is sent when
/// it is full, when the producer waits for something, or otherwise after 1 or 2 ms (<see cref="ItemFlusher"/>). So no item waits for the next.
/// Reports and messages are batched likewise. A frame has only one kind of them, and is sent before one of another kind is begun, which keeps their order.
/// </remarks>
/// <param name="owner">The connection to whoever consumes the items.</param>
/// <param name="callId">The call.</param>
/// <param name="credit">How much the consumer accepts.</param>
/// <param name="method">The method's name, for messages.</param>
/// <param name="maxFrameBytes">The size limit of an item.</param>
/// <param name="flusher">Sends what waits too long.</param>
/// <param name="ask">The number of the ask that the items are for; 0 for the items that a daemon streams.</param>
/// <param name="log">Where messages wait; null for a task whose caller receives none.</param>
internal sealed class ItemBatch(
    IFrameSender owner, uint callId, ItemCredit credit, string method, int maxFrameBytes, ItemFlusher flusher, uint ask = 0, LogBacklog? log = null)
{
    // Small enough for the frame's buffer to be kept for reuse.
    private const int FullSize = 8 * 1024;

    private static readonly TimeSpan s_while = TimeSpan.FromMilliseconds(1);

    // Held while an item is written, which may run user code. Other threads do not wait for it (TryFlush).
    private readonly object _gate = new();
    private FrameBuffer? _frame;
    private FrameKind _kind;
    private volatile bool _isWriting;
    private bool _isClosed;
    private int _start;
    private long _sent;
    private long _lastTime;
    private volatile FrameKind _begun;

    // Where the first item of a frame begins.
    private int Head => ask == 0 ? 0 : sizeof(uint);

    private FrameKind ItemKind => ask == 0 ? FrameKind.Item : FrameKind.AskedItems;

    /// <summary>Whether items, reports or messages wait to be sent.</summary>
    public bool HasItems => _begun != default;

    /// <summary>The number of frames sent.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Waits until the client grants credit and has read most of what was sent. A frame that has been begun may be finished first.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) =>
        _begun == ItemKind ? ValueTask.CompletedTask : owner.IsFull ? WaitForRoomAsync(cancellationToken) : credit.WaitAsync(cancellationToken);

    /// <summary>Begins an item. <see cref="End"/> or <see cref="Undo"/> must follow, on the same thread.</summary>
    public IBufferWriter<byte> Begin()
    {
        Monitor.Enter(_gate);
        _isWriting = true;
        return Begin(ItemKind);
    }

    /// <summary>Begins an item, as <see cref="Begin()"/>. Null if there is no credit: the frame for which there was some has been sent since <see cref="WaitAsync"/>.</summary>
    public IBufferWriter<byte>? TryBegin()
    {
        Monitor.Enter(_gate);
        if (_begun == ItemKind || credit.IsGranted)
        {
            _isWriting = true;
            return Begin(ItemKind);
        }

        Leave();
        return null;
    }

    /// <summary>Adds a progress report, unless the task has settled. Blocks while the client accepts no more, or has not read most of what was sent. From any thread.</summary>
    /// <param name="report">The report's bytes.</param>
    /// <param name="token">Returns the task's token, which ends the wait.</param>
    /// <exception cref="DaemonProtocolException">The report exceeds the frame size limit.</exception>
    /// <exception cref="OperationCanceledException">The task was cancelled while the report waited.</exception>
    public void AddReport(ReadOnlySpan<byte> report, Func<CancellationToken> token)
    {
        if (_begun != FrameKind.Progress)
        {
            WaitForRoom(token);
            credit.Wait(token);
        }

        Monitor.Enter(_gate);
        if (_isClosed)
        {
            Leave();
            return;
        }

        FrameBuffer frame = Begin(FrameKind.Progress);
        report.CopyTo(frame.GetSpan(report.Length));
        frame.Advance(report.Length);
        End();
    }

    /// <summary>
    /// Adds a message that the task has logged, unless the task has settled. Never waits, neither for credit nor for user code that writes an item, because
    /// the message may have been logged under any lock of the handler's. A message beyond the credit is lost, and counted. From any thread.
    /// </summary>
    /// <param name="message">The message's bytes.</param>
    public void AddLog(byte[] message)
    {
        var wait = new SpinWait();
        while (!log!.TryAdd(message))
        {
            // Whoever writes an item may take any time. Whoever else is in the batch only sends.
            if (_isWriting)
            {
                log.Lose();
                return;
            }

            wait.SpinOnce();
            TakeLog(log);
        }

        TakeLog(log);
    }

    private FrameBuffer Begin(FrameKind kind)
    {
        if (_begun != default && _begun != kind)
        {
            Send();
        }

        _kind = kind;
        _frame ??= ask == 0 ? FrameBuffer.Rent() : AskNumber.Begin(ask);
        _start = _frame.PayloadLength;
        _ = _frame.GetSpan(sizeof(int));
        _frame.Advance(sizeof(int));
        return _frame;
    }

    /// <summary>Ends an item or a report.</summary>
    /// <exception cref="DaemonProtocolException">The item exceeds the frame size limit.</exception>
    public void End()
    {
        _isWriting = false;
        try
        {
            int size = _frame!.WholeLength - _start - sizeof(int);
            if (size > maxFrameBytes)
            {
                _frame.Truncate(_start);
                throw TaskReply.TooLarge(_kind == FrameKind.Progress ? "progress report" : "item", method, size, maxFrameBytes);
            }

            Finish();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Discards an item that could not be written completely.</summary>
    public void Undo()
    {
        _frame!.Truncate(_start);
        _isWriting = false;
        Leave();
    }

    /// <summary>Sends what was collected, and drops later reports: the task has settled, and its answer follows.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (log is not null && !_isClosed)
            {
                AppendLog(log);
                if (log.HasLost)
                {
                    AppendLog(log, []);
                }
            }

            _isClosed = true;
            SendBegun();
        }

        // Code that the task left running may wait.
        credit.Lift();
    }

    /// <summary>Sends the collected items.</summary>
    public void Flush()
    {
        Monitor.Enter(_gate);
        SendBegun();
        Leave();
    }

    /// <summary>Sends the collected items without blocking, unless a frame has been sent since the given count.</summary>
    public void TryFlush(long sent)
    {
        if (Monitor.TryEnter(_gate))
        {
            if (_sent == sent)
            {
                SendBegun();
            }

            Leave();
        }
    }

    private void Finish()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_frame!.Payload[_start..], _frame.PayloadLength - _start - sizeof(int));
        bool isFirst = _start == Head;
        _begun = _kind;
        if (_frame.WholeLength >= FullSize || (isFirst && (TimeProvider.System.GetElapsedTime(_lastTime) >= s_while || !flusher.TryWatch(this))))
        {
            Send();
        }
    }

    // Leaves the gate, which somebody who logged meanwhile did not wait for.
    private void Leave()
    {
        Monitor.Exit(_gate);
        if (log is not null)
        {
            // Whoever finds the gate taken has added its message before; it must be seen here.
            Interlocked.MemoryBarrier();
            TakeLog(log);
        }
    }

    private void TakeLog(LogBacklog backlog)
    {
        while (!backlog.IsEmpty && Monitor.TryEnter(_gate))
        {
            try
            {
                if (_isWriting)
                {
                    // This thread writes an item, whose own code has logged: the end of the item takes the message.
                    return;
                }

                AppendLog(backlog);
            }
            finally
            {
                Monitor.Exit(_gate);
            }

            Interlocked.MemoryBarrier();
        }
    }

    private void AppendLog(LogBacklog backlog)
    {
        while (backlog.TryTake() is { } message)
        {
            if (owner.IsFull || !credit.Allows(FrameLimits.LogRoom))
            {
                backlog.Lose();
            }
            else if (!_isClosed)
            {
                AppendLog(backlog, message);
            }
        }
    }

    private void AppendLog(LogBacklog backlog, byte[] message)
    {
        FrameBuffer frame = Begin(FrameKind.Log);
        if (backlog.TakeLost() is > 0 and var lost)
        {
            LoggedMessage.WriteLost(frame, lost);
        }

        message.CopyTo(frame.GetSpan(message.Length));
        frame.Advance(message.Length);
        Finish();
    }

    private void SendBegun()
    {
        if (_begun != default)
        {
            Send();
        }
    }

    // Waits for a client that grants more than it reads, or has other answers to read.
    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (owner.TryAwaitRoom(() => Complete(room)))
        {
            await room.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await credit.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void WaitForRoom(Func<CancellationToken> token)
    {
        if (owner.IsFull)
        {
            // Left to the collector, because the connection may still signal it after a cancelled wait.
            var room = new ManualResetEventSlim();
            if (owner.TryAwaitRoom(room.Set))
            {
                room.Wait(token());
            }
        }
    }

    private static void Complete(TaskCompletionSource room)
    {
        try
        {
            room.SetResult();
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            // The continuation is queued nevertheless, and runs when the pool has a worker again.
            PoolThreads.Cap();
        }
    }

    private void Send()
    {
        FrameBuffer frame = _frame!;
        FrameKind kind = _begun;
        _frame = null;
        _begun = default;
        _sent++;
        _lastTime = TimeProvider.System.GetTimestamp();
        credit.Spend(frame.WholeLength + FrameHeader.Size);
        owner.Send(kind, callId, frame);
    }
}
