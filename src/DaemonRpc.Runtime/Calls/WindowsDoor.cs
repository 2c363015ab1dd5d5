namespace DaemonRpc.Calls;

/// <summary>Where a program on Windows learns that there is nothing here for it, and what is.</summary>
internal static class WindowsDoor
{
    /// <exception cref="PlatformNotSupportedException">This is Windows.</exception>
    public static void Close()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("DaemonRpc's daemons run on Linux and macOS. On Windows use the client's ConnectInProcess, which needs no daemon.");
        }
    }
}
