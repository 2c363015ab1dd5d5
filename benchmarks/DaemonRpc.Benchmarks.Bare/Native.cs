using System.Runtime.InteropServices;

namespace DaemonRpc.Benchmarks.Bare;

/// <summary>The C library, as far as the bare program needs it.</summary>
internal static unsafe partial class Native
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "read")]
    internal static partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport(Library, EntryPoint = "write")]
    internal static partial nint Write(int descriptor, byte* buffer, nint count);
}
