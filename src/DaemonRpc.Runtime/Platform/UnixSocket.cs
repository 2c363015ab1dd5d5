using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Platform;

/// <summary>A local stream socket with the blocking calls of the C interface.</summary>
/// <remarks>
/// Replaces .NET's <c>Socket</c>, which brings an event loop, name tables and diagnostics that a daemon with a few
/// connections does not need but would pay for at every start and with every connection. Where another thread may close
/// the socket, a caller must <see cref="Hold"/> it, so that the descriptor's number is not reused for another file.
/// </remarks>
internal sealed unsafe class UnixSocket : SafeHandleMinusOneIsInvalid
{
    // struct sockaddr_un: the family (on macOS after the length) and the path with its terminating zero. On Linux a
    // path that begins with a zero is a name in the kernel, in which every byte counts.
    private const int AddressSize = 110;
    private const int PathOffset = 2;

    public UnixSocket(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>The descriptor's number. Valid only while nobody can close the socket, or while it is held.</summary>
    public int Descriptor => (int)handle;

    /// <summary>How long connecting and sending may block; zero means without limit.</summary>
    public TimeSpan SendTimeout
    {
        set => SetTimeout(Constants.SendTimeout, value);
    }

    /// <summary>Whether calls block.</summary>
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

    /// <summary>Creates a socket that no child inherits.</summary>
    /// <returns>The socket, or null when the system refuses; <see cref="SystemError.Last"/> holds the reason.</returns>
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

    /// <summary>Connects the socket to a path.</summary>
    /// <returns>0, or the error number.</returns>
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

        // An interrupted connection attempt may have completed meanwhile.
        return result < 0 && SystemError.Last != Constants.IsConnected ? SystemError.Last : 0;
    }

    /// <summary>Binds the socket to a path.</summary>
    /// <returns>0, or the error number.</returns>
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

    /// <summary>Accepts the next waiting connection.</summary>
    /// <returns>Null when none waits or the system refuses; <see cref="SystemError.Last"/> holds the reason.</returns>
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

    /// <summary>Shuts down both directions and wakes every blocked call. Never fails: the socket may already be shut down or closed.</summary>
    public void Shutdown()
    {
        try
        {
            using Held held = Hold();
            _ = LibC.Shutdown(Descriptor, Constants.ShutdownBoth);
        }
        catch (ObjectDisposedException)
        {
            // The socket was closed before it could be held.
        }
    }

    /// <summary>Waits until the other end is closed. For sockets over which nothing is sent.</summary>
    public void WaitForEnd()
    {
        var polled = new LibC.Polled { Descriptor = Descriptor, Wanted = Constants.Readable };
        while (LibC.Poll(&polled, 1, -1) < 0 && SystemError.Last == Constants.Interrupted)
        {
        }
    }

    /// <summary>Returns whether the other end is closed, and has not only said that it sends nothing more. Always false on macOS, which does not tell the two apart.</summary>
    public static bool IsHungUp(int descriptor)
    {
        var polled = new LibC.Polled { Descriptor = descriptor, Wanted = Constants.Readable };
        return !OperatingSystem.IsMacOS() && LibC.Poll(&polled, 1, 0) > 0 && (polled.Happened & Constants.HungUp) != 0;
    }

    /// <summary>Keeps the descriptor's number from being reused until the returned value is disposed, even if the socket is closed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The socket was already closed.</exception>
    public Held Hold()
    {
        bool isHeld = false;
        DangerousAddRef(ref isHeld);
        return new Held(this);
    }

    /// <summary>Reads a socket option.</summary>
    /// <returns>The number of bytes written; negative when the kernel refused.</returns>
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

    /// <summary>Sets on macOS what Linux sets when it creates the socket: close on exec, and no SIGPIPE.</summary>
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

    /// <summary>Keeps the descriptor's number from being reused until disposed.</summary>
    public readonly ref struct Held(UnixSocket socket)
    {
        public void Dispose() => socket.DangerousRelease();
    }
}
