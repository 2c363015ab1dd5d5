using System.Runtime.InteropServices;
using System.Text;

namespace CodeSearch.Platform;

/// <summary>The one path of a directory, whatever links and dots lead to it: two spellings must find one daemon.</summary>
internal static unsafe partial class RealPath
{
    /// <summary>PATH_MAX of Linux; that of macOS is smaller.</summary>
    private const int Longest = 4096;

    /// <summary>Resolves every symbolic link.</summary>
    /// <exception cref="IOException">The path leads nowhere; the message is the system's.</exception>
    public static string Of(string path)
    {
        byte* buffer = stackalloc byte[Longest + 1];
        return Resolve(path, buffer) is null
            ? throw new IOException(FileStatus.Describe(Marshal.GetLastPInvokeError()))
            : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer));
    }

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* Resolve(string path, byte* buffer);
}
