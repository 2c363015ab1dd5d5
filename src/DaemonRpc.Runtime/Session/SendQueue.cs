using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Session;

/// <summary>What is to be sent over one connection, in the order it was handed in.</summary>
/// <remarks>
/// Usually the channel takes a frame at once, and then it is sent on the caller's thread: a hop to another thread costs
/// more than the whole way through the kernel. Only when the other end does not read fast enough is a thread started,
/// which waits in the callers' stead. So no caller is held up by a slow peer, other than some milliseconds by a frame with an attachment.
/// Where the system gives no thread, the one that waits for all silent channels waits for this one's room, too.
/// What waits is not refused, however much it is: whoever causes more of it asks first whether the queue is full (<see cref="IsFull"/>).
/// </remarks>
/// <param name="channel">The connection.</param>
/// <param name="parkedChannels">Waits where the system gives no thread. When null the connection is given up then.</param>
/// <param name="startThread">As <see cref="OwnThread"/> does.</param>
/// <param name="mostBytes">With more bytes waiting the queue is full.</param>
internal sealed class SendQueue(IByteChannel channel, ParkedChannels? parkedChannels = null, StartThread? startThread = null, long mostBytes = long.MaxValue) : IParked
{
    private const string SenderName = "DaemonRpc sender";

    // With more frames waiting the queue is full, whatever their size. A stream's items are held back by credit, of which a client
    // gives at most 1 MiB: as the smallest items there are, that is 117,000 frames.
    private const int MostFrames = 128 * 1024;

    // What nobody asks before sending it: the ends of all the cancellations that a peer has asked for and does not read.
    private const int MostFramesOfAll = 2 * MostFrames;

    // So that somebody who takes a large frame slowly is not taken for somebody who takes nothing.
    private const int SliceSize = 64 * 1024;

    // Somebody who reads makes room for the rest of an attachment sooner than a thread could be had to send it, and then it need not
    // be copied. Each wait that ends well has moved most of what a socket holds; so many of them are enough for some megabytes.
    private const int MostWaits = 16;

    private static readonly TimeSpan s_shortly = TimeSpan.FromMilliseconds(2);

    private readonly object _gate = new();
    private readonly Queue<(FrameBuffer Frame, PendingCall? Call)> _waiting = [];
    private int _sentOfFirst;
    private bool _senderRuns;
    private bool _closed;
    private long _bytes;
    private volatile bool _isFull;
    private Action? _onRoom;
    private long _taken;

    /// <summary>Why the connection was given up, or null: it was not, or it broke.</summary>
    public DaemonException? Failure { get; private set; }

    /// <summary>Grows whenever the other end takes something of what had to wait.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Whether nothing waits for the other end to read.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count == 0;
            }
        }
    }

    /// <summary>Whether the other end has so much to read that it must be taken for lost.</summary>
    public bool IsOverflowing
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > MostFramesOfAll;
            }
        }
    }

    /// <summary>Whether so much waits that the other end is to read some of it before more is made for it.</summary>
    public bool IsFull => _isFull;

    /// <summary>Calls back, once, when the queue is not full any more, or closed.</summary>
    /// <param name="onRoom">Called under the queue's lock, on whichever thread makes room: must not wait.</param>
    /// <returns>False when the queue is not full: nothing is called then.</returns>
    public bool TryAwaitRoom(Action onRoom)
    {
        lock (_gate)
        {
            if (_isFull)
            {
                _onRoom += onRoom;
            }

            return _isFull;
        }
    }

    /// <summary>Sends a finished frame, or puts it in the queue. Takes the frame over.</summary>
    /// <param name="frame">What to send.</param>
    /// <param name="call">Told before the last byte of the frame goes out, or before this returns: it never takes for lost what has arrived.</param>
    /// <returns>False when the connection is closed. The frame then certainly did not arrive whole.</returns>
    /// <remarks>The attachment of a frame may be changed when this has returned; that of one with a call, when the call has ended.</remarks>
    public bool Send(FrameBuffer frame, PendingCall? call = null)
    {
        lock (_gate)
        {
            if (_closed)
            {
                frame.Return();
                return false;
            }

            int sent = 0;
            if (_waiting.Count == 0)
            {
                sent = TrySend(frame);
                if (sent < 0)
                {
                    return false;
                }

                if (sent == frame.Length)
                {
                    call?.MarkWritten();
                    frame.Return();
                    return true;
                }

                _sentOfFirst = sent;
            }

            Enqueue(frame, call, sent);
            return true;
        }
    }

    /// <summary>Sends a finished frame, but only if the channel takes it now. Takes the frame over.</summary>
    /// <returns>Whether all of it is on its way. If not, the other end may still get it, in order, when it has begun to go out.</returns>
    public bool TrySendAtOnce(FrameBuffer frame)
    {
        lock (_gate)
        {
            int sent = _closed || _waiting.Count > 0 ? 0 : TrySend(frame);
            if (sent > 0 && sent < frame.Length)
            {
                _sentOfFirst = sent;
                Enqueue(frame, null, sent);
                return false;
            }

            bool whole = sent == frame.Length;
            frame.Return();
            return whole;
        }
    }

    /// <summary>Waits until the other end has taken everything. False when the limit passed or the connection broke.</summary>
    public bool Drain(TimeSpan limit)
    {
        var deadline = new Deadline(limit);
        lock (_gate)
        {
            while (_waiting.Count > 0 && !_closed && !deadline.HasPassed)
            {
                _ = Monitor.Wait(_gate, deadline.Left);
            }

            return _waiting.Count == 0 && !_closed;
        }
    }

    /// <summary>Drops what waits and refuses more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _waiting.Clear();
            Count(-_bytes);
            Monitor.PulseAll(_gate);
        }
    }

    private void Enqueue(FrameBuffer frame, PendingCall? call, int sent)
    {
        if (call is null)
        {
            frame.OwnAttachment(sent);
        }

        _waiting.Enqueue((frame, call));
        Count(frame.Length);
        if (!_senderRuns)
        {
            _senderRuns = true;
            StartSender();
        }
        else
        {
            Monitor.PulseAll(_gate);
        }
    }

    SafeHandle IParked.Handle => channel.Handle!;

    bool IParked.IsForRoom => true;

    // On the thread that waits for all who are parked.
    void IParked.OnReady(bool hasEnded)
    {
        lock (_gate)
        {
            SendWhatFits();
            if (_waiting.Count == 0)
            {
                _senderRuns = false;
                Monitor.PulseAll(_gate);
            }
            else if (!parkedChannels!.TryPark(this))
            {
                StartSender();
            }
        }
    }

    private void StartSender()
    {
        bool isThere = startThread?.Invoke(SenderName, SendWaiting) ?? OwnThread.TryStart(SenderName, SendWaiting, OwnThread.SmallStack);
        if (!isThere && (channel.Handle is null || parkedChannels?.TryPark(this) != true))
        {
            // To send on this thread could hold it for as long as the other end likes.
            Failure = ThreadLimit.Exception();
            Close();
            channel.Shutdown();
        }
    }

    private void SendWhatFits()
    {
        while (_waiting.TryPeek(out (FrameBuffer Frame, PendingCall? Call) first))
        {
            try
            {
                first.Call?.MarkWritten();
                _sentOfFirst += channel.TrySend(first.Frame.From(_sentOfFirst));
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                Close();
                return;
            }

            _ = Interlocked.Increment(ref _taken);
            if (_sentOfFirst < first.Frame.Length)
            {
                return;
            }

            Dequeue();
        }
    }

    private void Dequeue()
    {
        _sentOfFirst = 0;
        if (_waiting.TryDequeue(out (FrameBuffer Frame, PendingCall? Call) first))
        {
            int length = first.Frame.Length;
            first.Frame.Return();
            Count(-length);
        }
    }

    // A frame that is being sent counts whole, as all of it is kept in memory until it has been.
    private void Count(long more)
    {
        _bytes += more;
        _isFull = _bytes > mostBytes || _waiting.Count > MostFrames;
        if (!_isFull && _onRoom is { } onRoom)
        {
            _onRoom = null;
            onRoom();
        }
    }

    private int TrySend(FrameBuffer frame)
    {
        try
        {
            if (frame.Attachment.IsEmpty)
            {
                return channel.TrySend(frame.Frame);
            }

            int sent = channel.TrySend(frame.Frame, frame.Attachment);
            for (int waits = 0; sent < frame.Length && waits < MostWaits && channel.WaitForRoom(s_shortly); waits++)
            {
                sent += channel.TrySend(frame.From(sent));
            }

            return sent;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The reader meets the same end and says why.
            Close();
            return -1;
        }
    }

    private void SendWaiting()
    {
        while (TryPeek(out FrameBuffer? frame, out PendingCall? call, out int sent))
        {
            try
            {
                SendRest(frame, call, sent);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                Close();
                return;
            }

            ReturnFirst();
        }
    }

    // Like the next one apart from the loop, whose locals would keep frame and call in memory until there is more to send.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReturnFirst()
    {
        lock (_gate)
        {
            Dequeue();
            Monitor.PulseAll(_gate);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SendRest(FrameBuffer frame, PendingCall? call, int sent)
    {
        if (call is not null)
        {
            SendSlices(frame, sent, frame.Length - 1);
            call.MarkWritten();
            sent = frame.Length - 1;
        }

        SendSlices(frame, sent, frame.Length);
    }

    private void SendSlices(FrameBuffer frame, int from, int to)
    {
        while (from < to)
        {
            ReadOnlySpan<byte> bytes = frame.From(from);
            ReadOnlySpan<byte> slice = bytes[..Math.Min(Math.Min(bytes.Length, to - from), SliceSize)];
            channel.Send(slice);
            from += slice.Length;
            _ = Interlocked.Increment(ref _taken);
        }
    }

    private bool TryPeek([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FrameBuffer? frame, out PendingCall? call, out int sent)
    {
        // The caller's, which would keep the last ones in memory while this waits.
        (frame, call) = (null, null);
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_closed)
            {
                _ = Monitor.Wait(_gate);
            }

            (frame, call) = _closed ? (null, null) : _waiting.Peek();
            sent = _sentOfFirst;
            return frame is not null;
        }
    }
}
