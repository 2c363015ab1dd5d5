using System.Runtime.InteropServices;
using System.Text;

namespace DaemonRpc.Platform;

/// <summary>Resolves a file's canonical path, whatever links and dots lead to it.</summary>
internal static unsafe partial class RealPath
{
    // PATH_MAX of Linux; that of macOS is smaller.
    private const int Longest = 4096;

    /// <summary>Resolves every symbolic link. Returns null when the path leads to nothing visible.</summary>
    public static string? TryResolve(string path)
    {
        byte* buffer = stackalloc byte[Longest + 1];
        return Resolve(path, buffer) is null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer));
    }

    [LibraryImport(SystemLibrary.Name, EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* Resolve(string path, byte* buffer);
}
