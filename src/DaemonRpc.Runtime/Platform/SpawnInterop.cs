using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>The posix_spawn functions. The structures are opaque; <see cref="StructureSize"/> is larger than on any system.</summary>
internal static unsafe partial class SpawnInterop
{
    internal const int StructureSize = 1024;

    private const string Library = SystemLibrary.Name;

    internal static short NewSession => OperatingSystem.IsMacOS() ? (short)0x400 : (short)0x80;

    internal static short SetSignalMask => 0x08;

    internal static short SetSignalDefaults => 0x04;

    /// <summary>Closes all descriptors in the child except the named ones. macOS only.</summary>
    internal static short CloseByDefault => 0x4000;

    [LibraryImport(Library, EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Spawn(int* processId, string path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int InitializeActions(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int DestroyActions(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int AddOpen(void* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int AddDuplicate(void* actions, int from, int to);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addclose")]
    internal static partial int AddClose(void* actions, int descriptor);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    internal static partial int AddCloseFrom(void* actions, int first);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int AddChangeDirectory(void* actions, string path);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static partial int InitializeAttributes(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int DestroyAttributes(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int SetFlags(void* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int SetMask(void* attributes, void* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int SetDefaults(void* attributes, void* signals);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    internal static partial int EmptySet(void* signals);

    [LibraryImport(Library, EntryPoint = "sigfillset")]
    internal static partial int FillSet(void* signals);

    [LibraryImport(Library, EntryPoint = "sigdelset")]
    internal static partial int RemoveFromSet(void* signals, int signal);
}
