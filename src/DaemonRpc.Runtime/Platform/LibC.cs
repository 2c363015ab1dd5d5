using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>System calls that .NET does not offer. Each returns -1 on failure; <see cref="SystemError.Last"/> then holds the reason.</summary>
internal static unsafe partial class LibC
{
    private const string Library = SystemLibrary.Name;

    // pidfd_open has this number on every processor family.
    private const nint OpenProcessCall = 434;

    // pidfd_send_signal has this number on every processor family.
    private const nint SignalProcessCall = 424;

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    internal static partial int Flock(int descriptor, int operation);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int ChangeMode(int descriptor, uint mode);

    [LibraryImport(Library, EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Rename(string from, string to);

    /// <summary>Sets the length of a file by name, without opening it.</summary>
    [LibraryImport(Library, EntryPoint = "truncate", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Truncate(string path, nint length);

    [LibraryImport(Library, EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unlink(string path);

    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    internal static partial int SocketPair(int domain, int type, int protocol, int* pair);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int descriptor, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int descriptor, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(int descriptor, int backlog);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSocketName(int descriptor, byte* address, uint* length);

    [LibraryImport(Library, EntryPoint = "accept", SetLastError = true)]
    internal static partial int Accept(int descriptor, byte* address, uint* length);

    /// <summary>Accepts a connection that no child can inherit, not even one started at the same moment. Linux only.</summary>
    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    internal static partial int AcceptPrivate(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int descriptor, int directions);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSocketOption(int descriptor, int level, int option, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(int descriptor, int level, int option, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int descriptor, byte* bytes, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    internal static partial nint SendPieces(int descriptor, Message* message, int flags);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    internal static partial nint ReceivePieces(int descriptor, Message* message, int flags);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(int descriptor, byte* bytes, nint length, int flags);

    /// <summary>Returns whether this process may write to what the path names, by its effective user and the file system's mode.</summary>
    internal static bool MayWrite(string path) => OperatingSystem.IsMacOS()
        ? Access(-2, path, Constants.WriteAccess, 0x10) == 0
        : Access(-100, path, Constants.WriteAccess, 0x200) == 0;

    [LibraryImport(Library, EntryPoint = "madvise", SetLastError = true)]
    internal static partial int Advise(void* address, nuint length, int advice);

    /// <summary>Reads a resource limit as a pair: the effective value and the highest it may be raised to.</summary>
    [LibraryImport(Library, EntryPoint = "getrlimit", SetLastError = true)]
    internal static partial int GetLimit(int resource, nuint* pair);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, byte* bytes, nint length);

    [LibraryImport(Library, EntryPoint = "pwrite", SetLastError = true)]
    internal static partial nint WriteAt(int descriptor, byte* bytes, nint length, nint offset);

    [LibraryImport(Library, EntryPoint = "pread", SetLastError = true)]
    internal static partial nint ReadAt(int descriptor, byte* bytes, nint length, nint offset);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    internal static partial nint Seek(int descriptor, nint offset, int whence);

    [LibraryImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(int descriptor, nint length);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUserId();

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int processId, int signal);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitForChild(int processId, int* status, int options);

    /// <summary>Returns the session of a process, 0 meaning this process; -1 when there is no such process.</summary>
    [LibraryImport(Library, EntryPoint = "getsid", SetLastError = true)]
    internal static partial int SessionOf(int processId);

    [LibraryImport(Library, EntryPoint = "unsetenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UnsetEnvironment(string name);

    /// <summary>Sets an environment variable. Unsafe while native code reads the environment: call it only at the start of a process.</summary>
    [LibraryImport(Library, EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnvironment(string name, string value, int overwrite);

    /// <summary>Opens a descriptor of a process. Linux only. Called by number, because few C libraries export it yet.</summary>
    internal static int OpenProcess(int processId) => (int)SystemCall(OpenProcessCall, processId, 0, 0, 0);

    /// <summary>Signals the process of a descriptor from <see cref="OpenProcess"/>; its process id cannot be confused with a reused one.</summary>
    internal static int SignalProcess(int descriptor, int signal) => (int)SystemCall(SignalProcessCall, descriptor, signal, 0, 0);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(Polled* polled, nuint count, int milliseconds);

    /// <summary>Polls descriptors with a timeout in nanoseconds. Linux only.</summary>
    [LibraryImport(Library, EntryPoint = "ppoll", SetLastError = true)]
    internal static partial int PollFinely(Polled* polled, nuint count, Time* timeout, void* signalMask);

    /// <summary>Ends the process at once: no handlers, no finalizers, no unwinding.</summary>
    [LibraryImport(Library, EntryPoint = "_exit")]
    internal static partial void ExitNow(int code);

    // fcntl and open are variadic. On Apple silicon variadic arguments travel on the stack, but a plain call would pass
    // them in a register. Six fillers use up the registers, so that the real argument lands on the stack.
    internal static int FileControl(int descriptor, int command, nint argument) =>
        OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? FileControlOnStack(descriptor, command, 0, 0, 0, 0, 0, 0, argument)
            : FileControlInRegister(descriptor, command, argument);

    internal static int Open(string path, int flags, uint mode) =>
        OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? OpenOnStack(path, flags, 0, 0, 0, 0, 0, 0, (nint)mode)
            : OpenInRegister(path, flags, mode);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControlInRegister(int descriptor, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControlOnStack(
        int descriptor, int command, nint fill2, nint fill3, nint fill4, nint fill5, nint fill6, nint fill7, nint argument);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenInRegister(string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenOnStack(
        string path, int flags, nint fill2, nint fill3, nint fill4, nint fill5, nint fill6, nint fill7, nint mode);

    [LibraryImport(Library, EntryPoint = "faccessat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(int directory, string path, int mode, int flags);

    /// <summary>Calls the kernel by number, for calls that not every C library exports. Linux only.</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);

    /// <summary>struct msghdr, without a name and control data. Fields that are narrower on macOS are padded there.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Message
    {
        public nint Name;
        public nint NameLength;
        public Piece* Pieces;
        public nint PieceCount;
        public nint Control;
        public nint ControlLength;
        public nint Flags;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Piece
    {
        public byte* Bytes;
        public nint Length;
    }

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }
}
