using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Session;

/// <summary>Sends frames over one connection, in order. Frames that the peer does not take at once wait in the queue.</summary>
/// <remarks>
/// Usually the channel takes a frame at once, on the caller's thread: a hop to another thread costs more than the whole way
/// through the kernel. A thread is started only if the peer does not read fast enough. That thread waits instead of the callers,
/// so a slow peer delays no caller, except by some milliseconds for a frame with an attachment. If the system gives no thread, the
/// thread that waits for all silent channels also waits for room in this one. <see cref="Send"/> refuses no frame because of the
/// queue's length. Callers that produce frames must check <see cref="IsFull"/> first.
/// </remarks>
/// <param name="channel">The connection.</param>
/// <param name="parkedChannels">Waits for room if the system gives no thread. If null, the connection is given up then.</param>
/// <param name="startThread">Starts a thread as <see cref="OwnThread"/> does; replaced in tests.</param>
/// <param name="mostBytes">The number of waiting bytes above which the queue is full.</param>
internal sealed class SendQueue(IByteChannel channel, ParkedChannels? parkedChannels = null, StartThread? startThread = null, long mostBytes = long.MaxValue) : IParked
{
    private const string SenderName = "DaemonRpc sender";

    // The number of waiting frames above which the queue is full, whatever their size. Credit bounds a stream's items, and a client
    // grants at most 1 MiB: 117,000 frames of the smallest items.
    private const int MostFrames = 128 * 1024;

    // Some frames are sent without checking IsFull: the answers to all the cancellations that a peer requests and does not read.
    private const int MostFramesOfAll = 2 * MostFrames;

    private readonly object _gate = new();
    private readonly Queue<(FrameBuffer Frame, PendingCall? Call)> _waiting = [];
    private int _sentOfFirst;
    private bool _senderRuns;
    private bool _closed;
    private long _bytes;
    private volatile bool _isFull;
    private Action? _onRoom;
    private long _taken;

    /// <summary>Why this end gave up the connection; null if it did not, even if the connection broke.</summary>
    public DaemonException? Failure { get; private set; }

    /// <summary>A counter that grows whenever the peer takes bytes of a waiting frame.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Whether no frame waits to be sent.</summary>
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

    /// <summary>How many frames with descriptors wait to be sent.</summary>
    public int WaitingDescriptors
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count(static waiting => waiting.Frame.Descriptors is not null);
            }
        }
    }

    /// <summary>Whether so many frames wait that the peer must be considered lost.</summary>
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

    /// <summary>Whether so much waits that nothing more should be produced until the peer has read some of it.</summary>
    public bool IsFull => _isFull;

    /// <summary>Registers a callback for when the queue is no longer full, or closed. Calls it once.</summary>
    /// <param name="onRoom">Called under the queue's lock, on the thread that makes room. Must not wait.</param>
    /// <returns>False if the queue is not full; the callback is not called then.</returns>
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

    /// <summary>Sends a finished frame, or queues it. Takes ownership of the frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="call">The frame's call, or null. It is marked as written before the last byte goes out, or before this method returns.</param>
    /// <returns>False if the connection is closed. The frame then certainly did not arrive completely.</returns>
    /// <remarks>Without a call, the frame's attachment may be changed when this method has returned; with a call, when the call has ended.</remarks>
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
                    frame.CloseDescriptors();
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

    /// <summary>Sends a finished frame, but only if the channel takes it now. Takes ownership of the frame.</summary>
    /// <returns>Whether the whole frame was sent. If only a part was sent, the rest follows in order, and the result is false.</returns>
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

    /// <summary>Waits until the peer has taken everything. Returns false if the timeout passes first or the connection breaks.</summary>
    public bool Drain(TimeSpan timeout)
    {
        var deadline = new Deadline(timeout);
        lock (_gate)
        {
            while (_waiting.Count > 0 && !_closed && !deadline.HasPassed)
            {
                _ = Monitor.Wait(_gate, deadline.Left);
            }

            return _waiting.Count == 0 && !_closed;
        }
    }

    /// <summary>Drops the waiting frames and refuses new ones.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach ((FrameBuffer frame, _) in _waiting)
            {
                frame.CloseDescriptors();
            }

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

    // Runs on the thread that waits for all parked channels.
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
            // Sending on this thread could block it for as long as the peer likes.
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
                _sentOfFirst += channel.TrySend(first.Frame, _sentOfFirst);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or DaemonException)
            {
                GiveUp(exception);
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

    // A frame that is being sent counts with all its bytes, because it stays in memory until it was sent.
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
            return channel.TrySend(frame);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or DaemonException)
        {
            GiveUp(exception);
            return -1;
        }
    }

    /// <summary>Closes the queue, because nothing more can be sent.</summary>
    private void GiveUp(Exception exception)
    {
        Close();
        if (exception is DaemonException failure)
        {
            // The connection itself is whole. In the other cases the reader meets the same error and reports it.
            Failure = failure;
            channel.Shutdown();
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
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or DaemonException)
            {
                GiveUp(exception);
                return;
            }

            ReturnFirst();
        }
    }

    // This method and the next are not inlined into the loop: the loop's locals would keep frame and call in memory until there is more to send.
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
            channel.Send(frame, sent, frame.Length - 1, ref _taken);
            call.MarkWritten();
            sent = frame.Length - 1;
        }

        channel.Send(frame, sent, frame.Length, ref _taken);
    }

    private bool TryPeek([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FrameBuffer? frame, out PendingCall? call, out int sent)
    {
        // Clears the caller's variables, which would keep the last frame and call in memory while this method waits.
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
