using System.Buffers;
using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>The items of a stream, sent together when they come faster than it pays to send each.</summary>
/// <remarks>
/// An item that comes a while after the last is sent at once. Of those that follow quickly a frame is made, which goes out when
/// it is full, when the producer waits for something, or, should it go on without any of that, when a millisecond or two have
/// passed (<see cref="ItemFlusher"/>): no item waits for the next.
/// </remarks>
internal sealed class ItemBatch(ServerSession owner, uint callId, ItemCredit credit, string method, int maxFrameBytes, ItemFlusher flusher)
{
    // Small enough for its buffer to be kept for the next one.
    private const int FullSize = 8 * 1024;

    private static readonly TimeSpan s_while = TimeSpan.FromMilliseconds(1);

    // Held while an item is written, which may run the user's code: nobody else waits for it (TryFlush).
    private readonly object _gate = new();
    private FrameBuffer? _frame;
    private int _start;
    private long _sent;
    private long _lastTime;
    private volatile bool _hasItems;

    /// <summary>Whether items wait to be sent.</summary>
    public bool HasItems => _hasItems;

    /// <summary>How many frames were sent.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Waits until the client wants more, and has read most of what it has got. One that has begun a frame may finish it.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) =>
        _hasItems ? ValueTask.CompletedTask : owner.IsFull ? WaitForRoomAsync(cancellationToken) : credit.WaitAsync(cancellationToken);

    /// <summary>Begins an item. <see cref="End"/> or <see cref="Undo"/> must follow, on the same thread.</summary>
    public IBufferWriter<byte> Begin()
    {
        Monitor.Enter(_gate);
        _frame ??= FrameBuffer.Rent();
        _start = _frame.PayloadLength;
        _ = _frame.GetSpan(sizeof(int));
        _frame.Advance(sizeof(int));
        return _frame;
    }

    /// <summary>The item is written.</summary>
    /// <exception cref="DaemonProtocolException">It is larger than a frame may be.</exception>
    public void End()
    {
        try
        {
            int length = _frame!.PayloadLength - _start - sizeof(int);
            int size = _frame.WholeLength - _start - sizeof(int);
            if (size > maxFrameBytes)
            {
                _frame.Truncate(_start);
                throw TaskReply.TooLarge("item", method, size, maxFrameBytes);
            }

            BinaryPrimitives.WriteInt32LittleEndian(_frame.Payload[_start..], length);
            bool isFirst = _start == 0;
            _hasItems = true;
            if (_frame.WholeLength >= FullSize || (isFirst && (TimeProvider.System.GetElapsedTime(_lastTime) >= s_while || !flusher.TryWatch(this))))
            {
                Send();
            }
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    /// <summary>The item cannot be written: what there is of it is forgotten.</summary>
    public void Undo()
    {
        _frame!.Truncate(_start);
        Monitor.Exit(_gate);
    }

    /// <summary>Sends what there is.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_hasItems)
            {
                Send();
            }
        }
    }

    /// <summary>The same for somebody who does not wait, if no other frame has been sent meanwhile.</summary>
    public void TryFlush(long sent)
    {
        if (Monitor.TryEnter(_gate))
        {
            if (_hasItems && _sent == sent)
            {
                Send();
            }

            Monitor.Exit(_gate);
        }
    }

    // Of a client that allows more than it reads, or has other answers to read.
    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (owner.TryAwaitRoom(() => Complete(room)))
        {
            await room.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await credit.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Complete(TaskCompletionSource room)
    {
        try
        {
            room.SetResult();
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            // The pool has it all the same, and goes on when it gets a worker back or is mended.
            PoolThreads.Cap();
        }
    }

    private void Send()
    {
        FrameBuffer frame = _frame!;
        _frame = null;
        _hasItems = false;
        _sent++;
        _lastTime = TimeProvider.System.GetTimestamp();
        credit.Spend(frame.WholeLength + FrameHeader.Size);
        owner.Send(FrameKind.Item, callId, frame);
    }
}
