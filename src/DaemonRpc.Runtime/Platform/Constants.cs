namespace DaemonRpc.Platform;

/// <summary>Constants of the C interface, with their values on Linux and macOS.</summary>
internal static class Constants
{
    internal const int Interrupted = 4;
    internal const int AccessDenied = 13;
    internal const int NoSuchFile = 2;
    internal const int NoSuchProcess = 3;
    internal const int SignalKill = 9;
    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;
    internal const int SetDescriptorFlags = 2;
    internal const int CloseOnExec = 1;
    internal const int LocalSocket = 1;
    internal const int StreamSocket = 1;
    internal const int ShutdownBoth = 2;
    internal const int NoBrokenPipeSignal = 0x1022;
    internal const int NotPermitted = 1;
    internal const int Peek = 2;
    internal const short Readable = 1;
    internal const short Writable = 4;
    internal const short HungUp = 16;
    internal const int GetFileFlags = 3;
    internal const int InvalidArgument = 22;
    internal const int NotNeeded = 4;
    internal const int SetFileFlags = 4;
    internal const int WriteAccess = 2;
    internal const int OpenReadOnly = 0;
    internal const int OpenReadWrite = 2;

    internal static int WouldBlock => OperatingSystem.IsMacOS() ? 35 : 11;

    internal static int ConnectionAborted => OperatingSystem.IsMacOS() ? 53 : 103;

    internal static int ConnectionReset => OperatingSystem.IsMacOS() ? 54 : 104;

    internal static int AddressInUse => OperatingSystem.IsMacOS() ? 48 : 98;

    internal static int IsConnected => OperatingSystem.IsMacOS() ? 56 : 106;

    internal static int TimedOut => OperatingSystem.IsMacOS() ? 60 : 110;

    internal static int InProgress => OperatingSystem.IsMacOS() ? 36 : 115;

    /// <summary>A stream socket that no child inherits. macOS cannot create one in a single call.</summary>
    internal static int PrivateStream => OperatingSystem.IsMacOS() ? StreamSocket : StreamSocket | OpenCloseOnExec;

    internal static int SocketLevel => OperatingSystem.IsMacOS() ? 0xffff : 1;

    internal static int SendTimeout => OperatingSystem.IsMacOS() ? 0x1005 : 21;

    internal static int DuplicateCloseOnExec => OperatingSystem.IsMacOS() ? 67 : 1030;

    internal static int ProcessesLimit => OperatingSystem.IsMacOS() ? 7 : 6;

    internal static int OpenFilesLimit => OperatingSystem.IsMacOS() ? 8 : 7;

    internal static int SignalStop => OperatingSystem.IsMacOS() ? 17 : 19;

    internal static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    internal static int OpenWriteOnly => 1;

    internal static int OpenCreate => OperatingSystem.IsMacOS() ? 0x200 : 0x40;

    internal static int OpenAppend => OperatingSystem.IsMacOS() ? 0x8 : 0x400;

    internal static int OpenCloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    internal static int OpenNoFollow => OperatingSystem.IsMacOS() ? 0x100 : NoFollowOnLinux;

    /// <summary>Do not block; and where the flag exists, raise no SIGPIPE (the runtime ignores that signal anyway).</summary>
    internal static int SendWithoutWaiting => OperatingSystem.IsMacOS() ? 0x80 : 0x40 | 0x4000;

    /// <summary>Too many descriptors are on their way between this user's processes.</summary>
    internal static int TooManyReferences => OperatingSystem.IsMacOS() ? 59 : 109;

    /// <summary>Said of a received message: a part of its control data was lost.</summary>
    internal static int ControlCut => OperatingSystem.IsMacOS() ? 0x20 : 0x8;

    /// <summary>No child inherits received descriptors. macOS has no such flag.</summary>
    internal static int ReceiveCloseOnExec => OperatingSystem.IsMacOS() ? 0 : 0x40000000;

    internal static int ReceiveWithoutWaiting => OperatingSystem.IsMacOS() ? 0x80 : 0x40;

    // On ARM, Linux gives this flag another number.
    private static int NoFollowOnLinux =>
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture is System.Runtime.InteropServices.Architecture.Arm64
            or System.Runtime.InteropServices.Architecture.Arm ? 0x8000 : 0x20000;
}
