using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Makes this process another program, or the same anew: the process id and the named descriptors stay, all else goes.</summary>
/// <remarks>
/// The kernel first ends every other thread, whatever it does, and then closes the descriptors: whoever sees one of our
/// connections end knows that no thread of the old program runs any more. Record locks go too, and can be taken again at once.
/// </remarks>
internal static unsafe partial class ExecInPlace
{
    // close_range and its flag CLOSE_RANGE_UNSHARE: the same on every processor family. And CLONE_FILES for unshare, which
    // containers often forbid.
    private const nint CloseRangeCall = 436;
    private const nint OwnTable = 2;
    private const int Descriptors = 0x400;

    /// <summary>Returns only when it failed. The descriptors are private again then, and this thread shares no descriptors with others any more.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments, without its own name.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="descriptors">The descriptors that it gets, under their numbers.</param>
    public static IOException Run(
        string path, IReadOnlyList<string> arguments, IReadOnlyCollection<KeyValuePair<string, string>> environment, IReadOnlyList<int> descriptors)
    {
        byte** argv = NativeStrings.Allocate([path, .. arguments]);
        byte** envp = NativeStrings.Allocate(environment);
        try
        {
            // In this thread's own table: a child that another thread starts meanwhile, which may make a session of its own and live
            // on, copies the other table, where they are private still. It would keep the instance lock and the socket after our death.
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

    /// <summary>Gives this thread a table of descriptors of its own, with all that are in the other one.</summary>
    /// <remarks>Where that cannot be, as on macOS, there is a moment in which a child gets what is not its own.</remarks>
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
