using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Makes this process another program, or the same anew: the process id, the record locks and the named descriptors stay, all else goes.</summary>
/// <remarks>
/// The kernel first ends every other thread, whatever it does, and then closes the descriptors: whoever sees one of our
/// connections end knows that no thread of the old program runs any more.
/// </remarks>
internal static unsafe partial class ExecInPlace
{
    /// <summary>Returns only when it failed; then the descriptors are private again.</summary>
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
            // As late as can be: a child that another thread starts from here on gets them too, until the successor, which
            // ends all processes of the session, has ended it.
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

    private static void SetPrivate(IReadOnlyList<int> descriptors, int flag)
    {
        foreach (int descriptor in descriptors)
        {
            _ = LibC.FileControl(descriptor, Constants.SetDescriptorFlags, flag);
        }
    }

    [LibraryImport(SystemLibrary.Name, EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Replace(string path, byte** arguments, byte** environment);
}
