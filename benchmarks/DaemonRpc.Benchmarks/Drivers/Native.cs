using System.Runtime.InteropServices;

namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>The C library of Linux, as far as the driver needs it.</summary>
internal static unsafe partial class Native
{
    private const string Library = "libc";
    private const int KillSignal = 9;

    [LibraryImport(Library, EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Spawn(int* processId, string path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int InitializeActions(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int DestroyActions(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int AddOpen(void* actions, int descriptor, string path, int flags, uint mode);

    /// <param name="processId">A child.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="options">None.</param>
    /// <param name="usage">What it used: seconds and microseconds in user mode, the same in the kernel, and 14 more numbers.</param>
    [LibraryImport(Library, EntryPoint = "wait4", SetLastError = true)]
    internal static partial int Wait(int processId, int* status, int options, nint* usage);

    [LibraryImport(Library, EntryPoint = "sched_getaffinity", SetLastError = true)]
    internal static partial int GetAffinity(int threadId, nint size, byte* mask);

    [LibraryImport(Library, EntryPoint = "sched_setaffinity", SetLastError = true)]
    internal static partial int SetAffinity(int threadId, nint size, byte* mask);

    [LibraryImport(Library, EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);

    internal static void Kill(int processId) => _ = Signal(processId, KillSignal);
}
