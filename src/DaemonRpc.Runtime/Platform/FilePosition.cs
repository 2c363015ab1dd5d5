using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>The position of an open file that the kernel keeps for all processes that share it.</summary>
internal static class FilePosition
{
    private const int FromCurrent = 1;

    /// <summary>Returns the position in bytes, or null if the file has none.</summary>
    public static long? Of(SafeHandle file)
    {
        bool isHeld = false;
        file.DangerousAddRef(ref isHeld);
        try
        {
            nint position = LibC.Seek((int)file.DangerousGetHandle(), 0, FromCurrent);
            return position < 0 ? null : position;
        }
        finally
        {
            file.DangerousRelease();
        }
    }
}
