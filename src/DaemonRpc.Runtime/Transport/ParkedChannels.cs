using System.Runtime.InteropServices;
using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>A channel that waits to become ready.</summary>
internal interface IParked
{
    /// <summary>The handle to wait for. Held open while the channel is parked.</summary>
    SafeHandle Handle { get; }

    /// <summary>Whether the channel waits for room to send, not for bytes to read.</summary>
    bool IsForRoom => false;

    /// <summary>Called once, when the channel is ready or has ended. Must not block.</summary>
    /// <param name="hasEnded">Whether the channel has ended, so that nothing more can be read.</param>
    void OnReady(bool hasEnded);
}

/// <summary>Waits for any number of channels on one thread, which starts with the first channel.</summary>
/// <remarks>
/// The kernel is asked for the state of each channel, not for events, so bytes that arrived before a channel was parked
/// are found too. The thread only calls <see cref="LibC.Poll"/> and the callbacks, which must not block.
/// </remarks>
internal sealed unsafe class ParkedChannels
{
    private readonly Lock _gate = new();
    private readonly List<IParked> _arriving = [];
    private UnixSocket? _wakeUp;
    private bool _closed;
    private int _count;

    // The fields below belong to the thread. The first entry is the wake-up socket's.
    private readonly List<IParked> _parked = [];
    private LibC.Polled[] _polled = new LibC.Polled[1];

    /// <summary>The number of parked channels. For tests.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Parks a channel: calls <see cref="IParked.OnReady"/> once, when the channel can be read or written without blocking.</summary>
    /// <returns>False when the caller must wait for the channel in another way.</returns>
    public bool TryPark(IParked parked)
    {
        lock (_gate)
        {
            if (_closed || !HasThread())
            {
                return false;
            }

            bool isHeld = false;
            parked.Handle.DangerousAddRef(ref isHeld);
            _arriving.Add(parked);
            _ = Interlocked.Increment(ref _count);
            if (_arriving.Count == 1)
            {
                Wake();
            }

            return true;
        }
    }

    /// <summary>Starts the thread. Returns false when the system gives no thread or no descriptors.</summary>
    public bool TryPrepare()
    {
        lock (_gate)
        {
            return HasThread();
        }
    }

    /// <summary>Accepts no more channels. The thread ends with its last channel.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _closed = true;
                Wake();
            }
        }
    }

    private bool HasThread()
    {
        if (_wakeUp is not null)
        {
            return true;
        }

        try
        {
            UnixSocket wakeUp = SocketPair.Create(out int wokenUp);
            var end = new UnixSocket(wokenUp);
            _wakeUp = wakeUp;
            if (OwnThread.TryStart("DaemonRpc poller", () => Run(end), OwnThread.SmallStack))
            {
                return true;
            }

            _wakeUp = null;
            wakeUp.Dispose();
            end.Dispose();
        }
        catch (IOException)
        {
            // No descriptors are left.
        }

        // The next channel that is parked tries again.
        return false;
    }

    private void Wake()
    {
        if (_wakeUp is { } wakeUp)
        {
            // If the byte does not fit, bytes that already wait wake the thread.
            byte any = 0;
            _ = LibC.Send(wakeUp.Descriptor, &any, 1, Constants.SendWithoutWaiting);
        }
    }

    private void Run(UnixSocket wokenUp)
    {
        const int Most = 16;
        byte* bytes = stackalloc byte[Most];
        int descriptor = wokenUp.Descriptor;
        while (Arrive(descriptor))
        {
            if (Poll() < 0)
            {
                if (SystemError.Last != Constants.Interrupted)
                {
                    GiveUp();
                }

                continue;
            }

            if (_polled[0].Happened != 0)
            {
                _ = LibC.Receive(descriptor, bytes, Most, 0);
            }

            Leave();
        }

        wokenUp.Dispose();
        _wakeUp!.Dispose();
    }

    /// <summary>Takes over newly parked channels. Returns false when no channel is left and none will come.</summary>
    private bool Arrive(int wokenUp)
    {
        lock (_gate)
        {
            _parked.AddRange(_arriving);
            _arriving.Clear();
            if (_closed && _parked.Count == 0)
            {
                return false;
            }
        }

        if (_polled.Length <= _parked.Count)
        {
            // Pinned, so that the kernel can use the address throughout the call.
            _polled = GC.AllocateUninitializedArray<LibC.Polled>((_parked.Count * 2) + 16, pinned: true);
        }

        _polled[0] = new LibC.Polled { Descriptor = wokenUp, Wanted = Constants.Readable };
        for (int i = 0; i < _parked.Count; i++)
        {
            short wanted = _parked[i].IsForRoom ? Constants.Writable : Constants.Readable;
            _polled[i + 1] = new LibC.Polled { Descriptor = (int)_parked[i].Handle.DangerousGetHandle(), Wanted = wanted };
        }

        return true;
    }

    private int Poll()
    {
        fixed (LibC.Polled* polled = _polled)
        {
            return LibC.Poll(polled, (nuint)_parked.Count + 1, -1);
        }
    }

    private void Leave()
    {
        int stays = 0;
        for (int i = 0; i < _parked.Count; i++)
        {
            IParked parked = _parked[i];
            if (_polled[i + 1].Happened == 0)
            {
                _parked[stays++] = parked;
            }
            else
            {
                bool hasEnded = HasEnded(_polled[i + 1].Descriptor);
                parked.Handle.DangerousRelease();
                _ = Interlocked.Decrement(ref _count);
                parked.OnReady(hasEnded);
            }
        }

        _parked.RemoveRange(stays, _parked.Count - stays);
    }

    private static bool HasEnded(int descriptor)
    {
        byte any;
        nint received = LibC.Receive(descriptor, &any, 1, Constants.Peek | Constants.ReceiveWithoutWaiting);
        return received == 0 || (received < 0 && SystemError.Last != Constants.WouldBlock && SystemError.Last != Constants.Interrupted);
    }

    /// <summary>
    /// Returns all channels to their owners, because the kernel refuses to poll so many: somebody has lowered this
    /// process's limits. Each owner then waits for its own channel.
    /// </summary>
    private void GiveUp()
    {
        lock (_gate)
        {
            _closed = true;
            _parked.AddRange(_arriving);
            _arriving.Clear();
        }

        foreach (IParked parked in _parked)
        {
            parked.Handle.DangerousRelease();
            _ = Interlocked.Decrement(ref _count);
            parked.OnReady(false);
        }

        _parked.Clear();
    }
}
