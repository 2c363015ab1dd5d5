using System.Globalization;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Host;

/// <summary>The listening socket that systemd passes to a daemon in the foreground (socket activation: <c>LISTEN_FDS</c>).</summary>
/// <remarks>
/// The instance lock excludes a second daemon, whoever made the socket. The checks ensure that clients find this daemon there, and that other users
/// do not. Without the variable, this costs one look at the environment.
/// </remarks>
internal static class ActivatedSocket
{
    private const string Count = "LISTEN_FDS";
    private const string Process = "LISTEN_PID";
    private const string Names = "LISTEN_FDNAMES";

    // The first passed descriptor, by the protocol of sd_listen_fds.
    private const int Descriptor = 3;

    private const uint TypeMask = 0xF000;
    private const uint SocketType = 0xC000;

    /// <summary>Takes the passed socket, once. Returns null if none was passed to this process.</summary>
    /// <param name="address">The daemon.</param>
    /// <exception cref="DaemonStartException">The daemon cannot serve at what was passed. The message says why, and what the socket unit must say.</exception>
    public static InheritedSocket? Take(DaemonAddress address)
    {
        if (Environment.GetEnvironmentVariable(Count) is not { Length: > 0 } count || !OperatingSystem.IsLinux() || !IsForThisProcess)
        {
            return null;
        }

        if (count != "1")
        {
            throw Refusal(address, $"{Count} is '{count}', and a daemon takes exactly one socket. Let its socket unit have one ListenStream= and no other socket unit name its service.");
        }

        FileIdentity file = Check(address, address.SocketPath);

        // Nobody else may take it: neither a program that the daemon starts, nor another daemon of this process.
        _ = LibC.FileControl(Descriptor, Constants.SetDescriptorFlags, Constants.CloseOnExec);
        foreach (string variable in new[] { Count, Process, Names })
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        return new InheritedSocket(Descriptor, (file.Device, file.Inode), IsLent: true);
    }

    // A program may inherit the variables of another one, for which they were meant.
    private static bool IsForThisProcess =>
        int.TryParse(Environment.GetEnvironmentVariable(Process), NumberStyles.None, CultureInfo.InvariantCulture, out int process) && process == Environment.ProcessId;

    private static FileIdentity Check(DaemonAddress address, string path)
    {
        if (FileIdentity.OfDescriptor(Descriptor) is null)
        {
            throw Refusal(address, $"{Count} announces descriptor {Descriptor}, which is not open.");
        }

        if (SocketTraits.Of(Descriptor) is not { } socket)
        {
            throw Refusal(address, $"Descriptor {Descriptor} is no socket. Use ListenStream={path}.");
        }

        if (!socket.IsLocal || !socket.IsStream)
        {
            throw Refusal(address, $"Descriptor {Descriptor} is no Unix stream socket. Use ListenStream={path}.");
        }

        if (!socket.IsListening)
        {
            throw Refusal(address, $"Descriptor {Descriptor} is a socket that does not listen. Use Accept=no, which passes the listening socket instead of a connection.");
        }

        if (socket.Path != path)
        {
            throw Refusal(address, $"Descriptor {Descriptor} listens at '{socket.Path}', where no client looks for this daemon. Use ListenStream={path}.");
        }

        if (FileIdentity.OfPath(path) is not { } file || (file.Mode & TypeMask) != SocketType)
        {
            throw Refusal(address, $"The socket's file, {path}, was removed or replaced, so that no client finds it. Restart the socket unit.");
        }

        int user = (int)LibC.EffectiveUserId();
        if (file.UserId != user || socket.ListenerUserId != user)
        {
            throw Refusal(address, $"{path} belongs to user {file.UserId} and was made to listen by user {socket.ListenerUserId}; clients accept only their own user, {user}. Use the service manager of that user (systemctl --user).");
        }

        return file.IsOpenToOthers ? throw Refusal(address, $"{path} is open to other users. Use SocketMode=0600.") : file;
    }

    private static DaemonStartException Refusal(DaemonAddress address, string reason) =>
        new($"The daemon {address} cannot serve at the socket that was passed to it. {reason}");
}
