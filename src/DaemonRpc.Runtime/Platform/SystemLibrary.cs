using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Where the functions of the C interface are found.</summary>
internal static class SystemLibrary
{
    /// <summary>What imports name.</summary>
    public const string Name = "libc";

    // Every program is linked to its C library, whatever that one is called. Looked for by name, a hundred folders are asked for it
    // first, at the start of each process that is Native AOT.
#pragma warning disable CA2255 // Has to be there before the first import is used, which may be anywhere.
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
