using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Platform;

/// <summary>A name that one process at a time can have, and that is in no file system, so that nobody can delete it. Linux only.</summary>
/// <remarks>
/// An abstract Unix socket: the kernel frees the name when the last copy of its descriptor is closed, by any death. It is
/// known within a network namespace, and any user may take any name, or connect to it. So whoever has the name must show, by
/// the kernel's word, that it is of our user and alive; else the name says nothing, and nobody waits for it.
/// </remarks>
internal sealed class KernelName : IDisposable
{
    // Each who asks for the holder takes a place until the holder's next look.
    private const int Backlog = 128;

    private readonly UnixSocket _socket;

    private KernelName(UnixSocket socket) => _socket = socket;

    /// <summary>For handing over in place. It stays this object's to close, which gives the name up.</summary>
    public int Descriptor => _socket.Descriptor;

    /// <summary>Takes the name if nobody has it.</summary>
    /// <param name="name">The name, of at most 100 bytes.</param>
    /// <param name="taken">The name; null when another process has it, or the system has no such names.</param>
    public static bool TryTake(string name, [NotNullWhen(true)] out KernelName? taken)
    {
        taken = null;
        if (!OperatingSystem.IsLinux() || UnixSocket.TryOpen() is not { } socket)
        {
            return false;
        }

        if (socket.Bind('\0' + name) == 0)
        {
            try
            {
                // Who asks the holder does not wait for it, whatever it is doing.
                socket.Listen(Backlog);
                socket.Blocking = false;
                taken = new KernelName(socket);
                return true;
            }
            catch (IOException)
            {
                // The system is out of something. The name is one guard more, not the only one.
            }
        }

        socket.Dispose();
        return false;
    }

    /// <summary>Goes on with a name that the program before had, in the same process: the descriptor was handed over.</summary>
    public static KernelName Adopt(int descriptor)
    {
        _ = LibC.FileControl(descriptor, Constants.SetDescriptorFlags, Constants.CloseOnExec);
        return new KernelName(new UnixSocket(descriptor));
    }

    /// <summary>Which living process of this user has the name. Nobody, when that is not certain.</summary>
    public static LockHolder Probe(string name)
    {
        using UnixSocket? asked = Ask(name, out LockHolder holder);
        return holder;
    }

    /// <summary>Waits until the holder lets go, ends, or looks who asks. Returns at once when no living process of this user has the name.</summary>
    public static void WaitForHolder(string name)
    {
        using UnixSocket? asked = Ask(name, out _);

        // The kernel ends the connection when the holder's end of it is gone: with the holder, or with its next look.
        asked?.WaitForEnd();
    }

    /// <summary>Lets go of those who asked since the last look, and tells those who wait that this process has the name still.</summary>
    public void Answer()
    {
        // Anybody on the machine may come, faster than we look: not one more than there are places.
        for (int count = 0; count < Backlog && _socket.TryAccept() is { } asking; count++)
        {
            asking.Dispose();
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Connects to the holder. Null when no living process of this user has the name.</summary>
    private static UnixSocket? Ask(string name, out LockHolder holder)
    {
        holder = LockHolder.Nobody;
        if (!OperatingSystem.IsLinux() || UnixSocket.TryOpen() is not { } socket)
        {
            return null;
        }

        try
        {
            socket.Blocking = false;

            // Refused is who asks for a name that nobody has, or that somebody has bound without listening, as we never do for
            // longer than between two system calls. A full backlog is another user's doing: nobody can be asked then.
            if (socket.Connect('\0' + name) == 0)
            {
                var peer = PeerCredentials.Of(socket);
                if (peer.IsThisUser && (peer.ProcessId <= 0 || LibC.Kill(peer.ProcessId, 0) == 0 || SystemError.Last != Constants.NoSuchProcess))
                {
                    holder = new LockHolder(IsHeld: true, peer.ProcessId) { IsNamedByKernel = peer.ProcessId > 0 };
                    return socket;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or DaemonAccessException)
        {
            // The kernel does not say who it is.
        }

        socket.Dispose();
        return null;
    }
}
