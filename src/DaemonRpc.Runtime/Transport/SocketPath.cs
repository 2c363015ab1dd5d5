using System.Text;

namespace DaemonRpc.Transport;

/// <summary>The system's limit on the length of a socket's path.</summary>
internal static class SocketPath
{
    /// <summary>The size of sun_path without its terminating zero.</summary>
    public static int MaxBytes => OperatingSystem.IsMacOS() ? 103 : 107;

    /// <summary>Checks the length of a socket's path.</summary>
    /// <exception cref="DaemonException">The path is too long for a socket.</exception>
    public static void Check(string path)
    {
        int bytes = Encoding.UTF8.GetByteCount(path);
        if (bytes > MaxBytes)
        {
            throw new DaemonException($"The socket's path '{path}' has {bytes} bytes; the system allows {MaxBytes}. Set DAEMONRPC_DIR, or the option RuntimeDirectory, to a shorter folder.");
        }
    }
}
