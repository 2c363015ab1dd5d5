using System.Runtime.InteropServices;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>The system calls of Linux that the tests need.</summary>
internal static partial class LibC
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Stop = 19;
    public const int Continue = 18;

    public const short Readable = 0x1;
    public const short HungUp = 0x10;

    // The same numbers on every processor family.
    private const nint OpenPidfdCall = 434;
    private const nint SignalPidfdCall = 424;

    public static int OpenPidfd(int processId) => (int)SystemCall(OpenPidfdCall, processId, 0, 0, 0);

    public static int SignalPidfd(int descriptor, int signal) => (int)SystemCall(SignalPidfdCall, descriptor, signal, 0, 0);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static unsafe partial int Poll(Polled* polled, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    public static unsafe partial int Pipe(int* ends);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);

    [StructLayout(LayoutKind.Sequential)]
    public struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }
}
