using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Resolves the C library for all imports.</summary>
internal static class SystemLibrary
{
    /// <summary>The library name that imports use.</summary>
    public const string Name = "libc";

    // Every program is already linked to its C library, whatever the library's file is called. Looking it up by name would search
    // a hundred folders first, at each start of a Native AOT process.
#pragma warning disable CA2255 // The resolver must be set before any code uses an import.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Initialize()
    {
        if (!OperatingSystem.IsWindows())
        {
            NativeLibrary.SetDllImportResolver(typeof(SystemLibrary).Assembly, Resolve);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? NativeLibrary.GetMainProgramHandle() : 0;
}
