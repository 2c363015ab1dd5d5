using System.Globalization;
using System.Runtime.InteropServices;

namespace DaemonRpc.Hosting.TestDaemon;

/// <summary>Does what systemd does between its fork and the service: puts a socket at descriptor 3, says so in the environment, and runs the service.</summary>
internal static unsafe partial class Activation
{
    private const int Passed = 3;

    /// <summary>Replaces this process's program by this program with other arguments. Does not return.</summary>
    /// <param name="descriptor">The descriptor to pass, or "none".</param>
    /// <param name="process">For which process it is meant, or "this".</param>
    /// <param name="count">How many descriptors are announced.</param>
    /// <param name="args">The arguments.</param>
    public static void Become(string descriptor, string process, string count, string[] args)
    {
        _ = descriptor == "none" ? Close(Passed) : Duplicate(int.Parse(descriptor, CultureInfo.InvariantCulture), Passed);
        _ = SetEnvironment("LISTEN_PID", process == "this" ? Environment.ProcessId.ToString(CultureInfo.InvariantCulture) : process, 1);
        _ = SetEnvironment("LISTEN_FDS", count, 1);
        string program = Environment.ProcessPath!;
        byte** native = stackalloc byte*[args.Length + 2];
        native[0] = (byte*)Marshal.StringToCoTaskMemUTF8(program);
        for (int index = 0; index < args.Length; index++)
        {
            native[index + 1] = (byte*)Marshal.StringToCoTaskMemUTF8(args[index]);
        }

        native[args.Length + 1] = null;
        _ = Execute(program, native);
        throw new InvalidOperationException($"exec failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int descriptor, int number);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, byte** arguments);
}
