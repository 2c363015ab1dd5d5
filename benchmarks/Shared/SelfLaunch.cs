using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DaemonRpc.Benchmarks;

/// <summary>Starts this program once more, to be the daemon, as simply as a program can. For those to whom DaemonRpc is compared.</summary>
internal static unsafe partial class SelfLaunch
{
    private const string Library = "libc";

    // Nobody stops such a daemon but a kill; left behind by a driver that was killed itself, it goes by itself.
    public static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(10);

    /// <summary>Connects, after starting the daemon if its socket is not there.</summary>
    public static Socket ConnectOrStart(string path, params string[] arguments)
    {
        // Not by catching the refusal: an exception would be the dearest part of a cold start.
        if (!File.Exists(path))
        {
            Start(arguments);
        }

        return Connect(path);
    }

    public static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    /// <summary>Tells whoever started us that we listen.</summary>
    /// <param name="descriptor">The last argument that we were started with.</param>
    public static void SayReady(string descriptor)
    {
        int number = int.Parse(descriptor, CultureInfo.InvariantCulture);
        byte ready = 1;
        _ = Write(number, &ready, 1);
        _ = Close(number);
    }

    private static void Start(string[] arguments)
    {
        int* ends = stackalloc int[2];
        _ = Pipe(ends);
        SpawnSelf([.. arguments, ends[1].ToString(CultureInfo.InvariantCulture)]);
        _ = Close(ends[1]);
        byte ready;
        _ = Read(ends[0], &ready, 1);
        _ = Close(ends[0]);
    }

    /// <summary>It inherits what is not closed on exec, and the environment.</summary>
    private static void SpawnSelf(string[] arguments)
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

    [LibraryImport(Library, EntryPoint = "read")]
    private static partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport(Library, EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* buffer, nint count);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "pipe")]
    private static partial int Pipe(int* ends);

    [LibraryImport(Library, EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(int* processId, string path, void* actions, void* attributes, byte** arguments, byte** environment);
}
