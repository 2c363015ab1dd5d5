using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Tells whether a file is on a volume of this machine. macOS only; unverified until a Mac runs it.</summary>
internal static unsafe partial class MacVolume
{
    // The size of struct statfs with 64-bit inodes, the offset of its flags, and MNT_LOCAL.
    private const int StatusSize = 2168;
    private const int FlagsOffset = 64;
    private const uint LocalFlag = 0x1000;

    /// <summary>Returns whether the file's volume is attached to this machine, not mounted from a server. False if there is no such file.</summary>
    public static bool IsLocal(string path)
    {
        byte* status = stackalloc byte[StatusSize];
        int result = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? StatusOnArm(path, status) : StatusOnIntel(path, status);
        return result == 0 && (*(uint*)(status + FlagsOffset) & LocalFlag) != 0;
    }

    [LibraryImport(SystemLibrary.Name, EntryPoint = "statfs$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusOnIntel(string path, byte* status);

    [LibraryImport(SystemLibrary.Name, EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusOnArm(string path, byte* status);
}
