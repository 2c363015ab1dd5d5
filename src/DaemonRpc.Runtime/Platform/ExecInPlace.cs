using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Replaces the program of this process with another one, or with a fresh start of itself. Only the process id and the named descriptors stay.</summary>
/// <remarks>
/// The kernel first ends every other thread, whatever it is doing, and then closes the descriptors. So when a peer sees
/// a connection end, no thread of the old program runs any more. Record locks go too, and can be taken again at once.
/// </remarks>
internal static unsafe partial class ExecInPlace
{
    // close_range and its flag CLOSE_RANGE_UNSHARE have these numbers on every processor family. CLONE_FILES is for unshare, which containers often forbid.
    private const nint CloseRangeCall = 436;
    private const nint OwnTable = 2;
    private const int Descriptors = 0x400;

    /// <summary>
    /// Executes the program. Returns only on failure; the descriptors are then private again, and this thread keeps a descriptor table of its own.
    /// </summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">The program's arguments, without its name.</param>
    /// <param name="environment">The program's environment.</param>
    /// <param name="descriptors">The descriptors that the program receives, under their current numbers.</param>
    public static IOException Run(
        string path, IReadOnlyList<string> arguments, IReadOnlyCollection<KeyValuePair<string, string>> environment, IReadOnlyList<int> descriptors)
    {
        byte** argv = NativeStrings.Allocate([path, .. arguments]);
        byte** envp = NativeStrings.Allocate(environment);
        try
        {
            // Make the descriptors inheritable only in this thread's own table. A child that another thread starts meanwhile copies the
            // other table, in which they are still private; otherwise it could keep the instance lock and the socket after our death.
            LeaveSharedTable();
            SetPrivate(descriptors, 0);
            _ = Replace(path, argv, envp);
            IOException failure = SystemError.Exception("hand over to", path);
            SetPrivate(descriptors, Constants.CloseOnExec);
            return failure;
        }
        finally
        {
            NativeStrings.Free(argv);
            NativeStrings.Free(envp);
        }
    }

    /// <summary>Gives this thread its own copy of the descriptor table.</summary>
    /// <remarks>Where that is impossible, as on macOS, a child started at this moment may inherit the descriptors.</remarks>
    private static void LeaveSharedTable()
    {
        if (OperatingSystem.IsLinux() && LibC.SystemCall(CloseRangeCall, int.MaxValue, -1, OwnTable, 0) < 0)
        {
            _ = Unshare(Descriptors);
        }
    }

    private static void SetPrivate(IReadOnlyList<int> descriptors, int flag)
    {
        foreach (int descriptor in descriptors)
        {
            _ = LibC.FileControl(descriptor, Constants.SetDescriptorFlags, flag);
        }
    }

    [LibraryImport(SystemLibrary.Name, EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int what);

    [LibraryImport(SystemLibrary.Name, EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Replace(string path, byte** arguments, byte** environment);
}
