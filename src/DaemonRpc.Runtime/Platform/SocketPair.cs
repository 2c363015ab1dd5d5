namespace DaemonRpc.Platform;

/// <summary>Two connected sockets without a name: one for us, one for a child.</summary>
internal static unsafe class SocketPair
{
    /// <summary>Makes a pair. Neither end is inherited unless it is handed over on purpose.</summary>
    /// <param name="childEnd">The child's end, as a bare descriptor that the caller must close.</param>
    public static UnixSocket Create(out int childEnd)
    {
        int* pair = stackalloc int[2];
        // Linux can make the ends private in one step; on macOS a spawn by another thread in between could inherit them,
        // which its close-by-default spawn attribute prevents for ours.
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
