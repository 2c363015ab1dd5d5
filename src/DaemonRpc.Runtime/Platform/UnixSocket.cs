using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Platform;

/// <summary>A stream socket of this machine, with the blocking calls of the C interface.</summary>
/// <remarks>
/// Not .NET's <c>Socket</c>: that brings an event loop, name tables and diagnostics which a daemon of a few connections has no use
/// for, but pays for at every start and with every connection. Where another thread may close it, a call needs a
/// <see cref="Hold"/>: then its number does not come to mean another file.
/// </remarks>
internal sealed unsafe class UnixSocket : SafeHandleMinusOneIsInvalid
{
    // struct sockaddr_un: the family, on macOS after the length, and the path with its closing zero. On Linux a path that
    // begins with a zero is no path but a name in the kernel, whose every byte counts.
    private const int AddressSize = 110;
    private const int PathOffset = 2;

    public UnixSocket(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Its number. Only while it is certain that nobody closes it, or while it is held.</summary>
    public int Descriptor => (int)handle;

    /// <summary>How long a connecting or sending call waits; without limit at zero.</summary>
    public TimeSpan SendTimeout
    {
        set => SetTimeout(Constants.SendTimeout, value);
    }

    /// <summary>Whether calls wait.</summary>
    public bool Blocking
    {
        set
        {
            int flags = LibC.FileControl(Descriptor, Constants.GetFileFlags, 0);
            int wanted = value ? flags & ~Constants.NonBlocking : flags | Constants.NonBlocking;
            if (flags < 0 || (wanted != flags && LibC.FileControl(Descriptor, Constants.SetFileFlags, wanted) < 0))
            {
                throw SystemError.Exception(value ? "make blocking" : "make non-blocking", "a socket");
            }
        }
    }

    /// <summary>Makes one that nobody inherits.</summary>
    /// <returns>Null when the system refuses, which <see cref="SystemError.Last"/> tells.</returns>
    public static UnixSocket? TryOpen()
    {
        int descriptor = LibC.Socket(Constants.LocalSocket, Constants.PrivateStream, 0);
        if (descriptor < 0)
        {
            return null;
        }

        Adapt(descriptor);
        return new UnixSocket(descriptor);
    }

    /// <returns>The number of the error, or 0.</returns>
    public int Connect(string path)
    {
        byte* address = stackalloc byte[AddressSize];
        uint length = WriteAddress(address, path);
        int result;
        do
        {
            result = LibC.Connect(Descriptor, address, length);
        }
        while (result < 0 && SystemError.Last == Constants.Interrupted);

        // One that was interrupted may have gone on by itself.
        return result < 0 && SystemError.Last != Constants.IsConnected ? SystemError.Last : 0;
    }

    /// <returns>The number of the error, or 0.</returns>
    public int Bind(string path)
    {
        byte* address = stackalloc byte[AddressSize];
        uint length = WriteAddress(address, path);
        return LibC.Bind(Descriptor, address, length) < 0 ? SystemError.Last : 0;
    }

    public void Listen(int backlog)
    {
        if (LibC.Listen(Descriptor, backlog) < 0)
        {
            throw SystemError.Exception("listen at", "a socket");
        }
    }

    /// <summary>Takes the next who waits to be accepted.</summary>
    /// <returns>Null when there is none, or the system refuses, which <see cref="SystemError.Last"/> tells.</returns>
    public UnixSocket? TryAccept()
    {
        int descriptor = OperatingSystem.IsMacOS()
            ? LibC.Accept(Descriptor, null, null)
            : LibC.AcceptPrivate(Descriptor, null, null, Constants.OpenCloseOnExec);
        if (descriptor < 0)
        {
            return null;
        }

        Adapt(descriptor);
        return new UnixSocket(descriptor);
    }

    /// <summary>Ends both directions, and every call that waits. No failure: what this is for may have happened already.</summary>
    public void Shutdown()
    {
        try
        {
            using Held held = Hold();
            _ = LibC.Shutdown(Descriptor, Constants.ShutdownBoth);
        }
        catch (ObjectDisposedException)
        {
            // Closed before it could be held.
        }
    }

    /// <summary>Waits until the other end is closed. For one that nothing is sent over.</summary>
    public void WaitForEnd()
    {
        var polled = new LibC.Polled { Descriptor = Descriptor, Wanted = Constants.Readable };
        while (LibC.Poll(&polled, 1, -1) < 0 && SystemError.Last == Constants.Interrupted)
        {
        }
    }

    /// <summary>Keeps its number from being used anew until that is disposed, whoever closes it meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It was closed before.</exception>
    public Held Hold()
    {
        bool isHeld = false;
        DangerousAddRef(ref isHeld);
        return new Held(this);
    }

    /// <summary>What the kernel has to say about one of its options.</summary>
    /// <returns>How many bytes it wrote; below zero when it refused.</returns>
    public int GetOption(int level, int option, Span<byte> value)
    {
        uint length = (uint)value.Length;
        fixed (byte* first = value)
        {
            return LibC.GetSocketOption(Descriptor, level, option, first, &length) < 0 ? -1 : (int)length;
        }
    }

    protected override bool ReleaseHandle() => LibC.Close(Descriptor) == 0;

    private static uint WriteAddress(byte* address, string path)
    {
        var bytes = new Span<byte>(address, AddressSize);
        bytes.Clear();
        int length = PathOffset + Encoding.UTF8.GetBytes(path, bytes[PathOffset..^1]) + (path[0] == '\0' ? 0 : 1);
        if (OperatingSystem.IsMacOS())
        {
            bytes[0] = (byte)length;
            bytes[1] = Constants.LocalSocket;
        }
        else
        {
            *(ushort*)address = Constants.LocalSocket;
        }

        return (uint)length;
    }

    /// <summary>What Linux does when it makes a socket, and macOS has to be asked for.</summary>
    private static void Adapt(int descriptor)
    {
        if (OperatingSystem.IsMacOS())
        {
            int yes = 1;
            _ = LibC.FileControl(descriptor, Constants.SetDescriptorFlags, Constants.CloseOnExec);
            _ = LibC.SetSocketOption(descriptor, Constants.SocketLevel, Constants.NoBrokenPipeSignal, &yes, sizeof(int));
        }
    }

    private void SetTimeout(int option, TimeSpan timeout)
    {
        // struct timeval. The microseconds are 32 bits wide on macOS, where the rest of the word is padding.
        nint* value = stackalloc nint[2];
        value[0] = (nint)(timeout.Ticks / TimeSpan.TicksPerSecond);
        value[1] = (nint)(timeout.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
        if (LibC.SetSocketOption(Descriptor, Constants.SocketLevel, option, value, (uint)sizeof(nint) * 2) < 0)
        {
            throw SystemError.Exception("limit the waiting of", "a socket");
        }
    }

    /// <summary>One who uses the number.</summary>
    public readonly ref struct Held(UnixSocket socket)
    {
        public void Dispose() => socket.DangerousRelease();
    }
}
