using System.Runtime.InteropServices;
using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>Who waits for a channel.</summary>
internal interface IParked
{
    /// <summary>The channel's. It is held as long as it is parked.</summary>
    SafeHandle Handle { get; }

    /// <summary>Whether the wait is for room to send more, and not for something to read.</summary>
    bool IsForRoom => false;

    /// <summary>What was waited for is there, or the channel has ended. Called once; must not wait.</summary>
    /// <param name="hasEnded">Whether nothing more can be read, as it has ended.</param>
    void OnReady(bool hasEnded);
}

/// <summary>Waits for channels, all of them with one thread, which is started for the first.</summary>
/// <remarks>
/// The kernel is asked anew each time and tells of what is there to be read, not of what has just come: bytes that came before
/// their channel was parked are found like any later ones. The thread runs nothing but <see cref="LibC.Poll"/> and what it is
/// given to call, which must not wait.
/// </remarks>
internal sealed unsafe class ParkedChannels
{
    private readonly Lock _gate = new();
    private readonly List<IParked> _arriving = [];
    private UnixSocket? _wakeUp;
    private bool _closed;
    private int _count;

    // What is below is the thread's own. The first place is the wake-up's.
    private readonly List<IParked> _parked = [];
    private LibC.Polled[] _polled = new LibC.Polled[1];

    /// <summary>How many are waited for. For tests.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Calls back, once, when the channel can be read without waiting, or has room.</summary>
    /// <returns>False when it has to be waited for in another way.</returns>
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

    /// <summary>Starts the thread. False when the system gives none, or no descriptors.</summary>
    public bool TryPrepare()
    {
        lock (_gate)
        {
            return HasThread();
        }
    }

    /// <summary>Takes no more. The thread ends with the last channel that it waits for.</summary>
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

        // The next one that is silent tries again.
        return false;
    }

    private void Wake()
    {
        if (_wakeUp is { } wakeUp)
        {
            // If there is no room for the byte, there are enough of them to wake the thread.
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

    /// <summary>Lets in who has come meanwhile. False when there is nobody, and nobody will come.</summary>
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
            // Never moved, so that the kernel may keep its address for as long as it waits.
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

    /// <summary>The kernel does not wait for so many, as somebody has lowered this process's limits: each has to be waited for by itself.</summary>
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
