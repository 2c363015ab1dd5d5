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

    [LibraryImport(Library, EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "pipe")]
    internal static partial int Pipe(int* ends);

    [LibraryImport(Library, EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(int* processId, string path, void* actions, void* attributes, byte** arguments, byte** environment);

    /// <summary>Starts this program once more. It inherits what is not closed on exec, and the environment.</summary>
    internal static void SpawnSelf(params ReadOnlySpan<string> arguments)
    {
        string path = Environment.ProcessPath!;
        byte** vector = stackalloc byte*[arguments.Length + 2];
        vector[0] = Utf8(path);
        for (int index = 0; index < arguments.Length; index++)
        {
            vector[index + 1] = Utf8(arguments[index]);
        }

        vector[arguments.Length + 1] = null;
        byte** environment = *(byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
        int processId;
        int error = Spawn(&processId, path, null, null, vector, environment);
        if (error != 0)
        {
            throw new IOException($"'{path}' could not be started: error {error}.");
        }
    }

    // Never freed: the process ends soon.
    private static byte* Utf8(string text) => (byte*)Marshal.StringToCoTaskMemUTF8(text);
}
