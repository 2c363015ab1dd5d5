namespace DaemonRpc.Calls;

/// <summary>Rejects Windows, with a message that says what works there.</summary>
internal static class WindowsDoor
{
    /// <summary>Throws on Windows.</summary>
    /// <exception cref="PlatformNotSupportedException">This is Windows.</exception>
    public static void Close()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("DaemonRpc's daemons run on Linux and macOS. On Windows use the client's ConnectInProcess, which needs no daemon.");
        }
    }
}
