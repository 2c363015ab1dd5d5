namespace DaemonRpc.Platform;

/// <summary>Creates two connected sockets without a name: one for this process, one for a child.</summary>
internal static unsafe class SocketPair
{
    /// <summary>Creates a pair. No child inherits either end unless it is handed over explicitly.</summary>
    /// <param name="childEnd">The child's end, as a raw descriptor that the caller must close.</param>
    public static UnixSocket Create(out int childEnd)
    {
        int* pair = stackalloc int[2];
        // Linux creates the ends non-inheritable in one call. On macOS a process that another thread spawns in between
        // could inherit them; for our own spawns the close-by-default attribute prevents that.
        if (LibC.SocketPair(Constants.LocalSocket, Constants.PrivateStream, 0, pair) < 0)
        {
            throw SystemError.Exception("make", "a pair of sockets");
        }

        if (OperatingSystem.IsMacOS())
        {
            _ = LibC.FileControl(pair[0], Constants.SetDescriptorFlags, Constants.CloseOnExec);
            _ = LibC.FileControl(pair[1], Constants.SetDescriptorFlags, Constants.CloseOnExec);
        }

        childEnd = pair[1];
        return new UnixSocket(pair[0]);
    }
}
