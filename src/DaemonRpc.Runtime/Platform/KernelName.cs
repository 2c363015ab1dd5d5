using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Platform;

/// <summary>A name that one process at a time can hold and that nobody can delete, because it is in no file system. Linux only.</summary>
/// <remarks>
/// The name is an abstract Unix socket: the kernel frees it when the last copy of its descriptor is closed, however the
/// process dies. It is valid within one network namespace, and any user may take any name or connect to it. So the kernel
/// must confirm that the holder is a living process of our user; otherwise the name is ignored and nobody waits for it.
/// </remarks>
internal sealed class KernelName : IDisposable
{
    // Each process that asks for the holder occupies one entry until the holder next calls Answer.
    private const int Backlog = 128;

    private readonly UnixSocket _socket;

    private KernelName(UnixSocket socket) => _socket = socket;

    /// <summary>The descriptor, for handing over in place. This object still closes it, which frees the name.</summary>
    public int Descriptor => _socket.Descriptor;

    /// <summary>Takes the name if it is free.</summary>
    /// <param name="name">The name, of at most 100 bytes.</param>
    /// <param name="taken">The held name; null if another process has it or the system has no such names.</param>
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
                // Askers connect without waiting for the holder, whatever it is doing.
                socket.Listen(Backlog);
                socket.Blocking = false;
                taken = new KernelName(socket);
                return true;
            }
            catch (IOException)
            {
                // The system is out of some resource. The name is an additional guard, not the only one.
            }
        }

        socket.Dispose();
        return false;
    }

    /// <summary>Continues to hold a name that the previous program in this process handed over.</summary>
    public static KernelName Adopt(int descriptor)
    {
        _ = LibC.FileControl(descriptor, Constants.SetDescriptorFlags, Constants.CloseOnExec);
        return new KernelName(new UnixSocket(descriptor));
    }

    /// <summary>Finds the living process of this user that holds the name. Returns <see cref="LockHolder.Nobody"/> if that is uncertain.</summary>
    public static LockHolder Probe(string name)
    {
        using UnixSocket? asked = Ask(name, out LockHolder holder);
        return holder;
    }

    /// <summary>
    /// Waits until the holder frees the name, ends, or calls <see cref="Answer"/>. Returns at once if no living process of this user holds the name.
    /// </summary>
    public static void WaitForHolder(string name)
    {
        using UnixSocket? asked = Ask(name, out _);

        // The connection ends when the holder dies or calls Answer.
        asked?.WaitForEnd();
    }

    /// <summary>Disconnects every process that asked since the last call. A process that waits for the holder then asks again.</summary>
    public void Answer()
    {
        // Any process on the machine may connect, faster than this loop accepts: stop at the backlog's size.
        for (int count = 0; count < Backlog && _socket.TryAccept() is { } asking; count++)
        {
            asking.Dispose();
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Connects to the holder. Returns null when no living process of this user holds the name.</summary>
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

            // A connection is refused if nobody holds the name, or somebody bound it without listening, which we never do for
            // longer than the time between two system calls. A full backlog is another user's doing; then nobody can be asked.
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
            // The kernel does not name the peer.
        }

        socket.Dispose();
        return null;
    }
}
