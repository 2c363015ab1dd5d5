using System.Buffers.Binary;

namespace DaemonRpc.Platform;

/// <summary>The process and user at the other end of a Unix socket, according to the kernel.</summary>
/// <param name="ProcessId">The process id; 0 when the process is not visible from here.</param>
/// <param name="UserId">The effective user id.</param>
internal readonly record struct PeerCredentials(int ProcessId, int UserId)
{
    /// <summary>Asks the kernel for the peer of a socket.</summary>
    /// <exception cref="IOException">The peer has gone.</exception>
    public static PeerCredentials Of(UnixSocket socket) => OperatingSystem.IsMacOS() ? OnMac(socket) : OnLinux(socket);

    /// <summary>Whether the peer runs as the user of this process. False for a user id that the kernel could not map.</summary>
    public bool IsThisUser => UserId == (int)LibC.EffectiveUserId() && !UserNamespace.IsAmbiguous(UserId);

    /// <exception cref="IOException">The peer has gone.</exception>
    private static void Check(int length)
    {
        if (length < 0)
        {
            throw SystemError.Exception("ask for the user of", "the other end");
        }
    }

    // struct ucred { int32 pid; uint32 uid; uint32 gid; } of SO_PEERCRED
    private static PeerCredentials OnLinux(UnixSocket socket)
    {
        Span<byte> bytes = stackalloc byte[12];
        int length = socket.GetOption(1, 17, bytes);
        Check(length);
        return length == 12
            ? new PeerCredentials(BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]))
            : throw new DaemonAccessException("The kernel did not say who is at the other end of the socket.");
    }

    // struct xucred { uint32 version; uint32 uid; int16 count; uint32 groups[16]; } of LOCAL_PEERCRED; LOCAL_PEERPID apart
    private static PeerCredentials OnMac(UnixSocket socket)
    {
        Span<byte> bytes = stackalloc byte[76];
        Span<byte> process = stackalloc byte[4];
        int length = socket.GetOption(0, 1, bytes);
        Check(length);
        _ = socket.GetOption(0, 2, process);
        return length >= 8
            ? new PeerCredentials(BinaryPrimitives.ReadInt32LittleEndian(process), BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]))
            : throw new DaemonAccessException("The kernel did not say who is at the other end of the socket.");
    }
}
