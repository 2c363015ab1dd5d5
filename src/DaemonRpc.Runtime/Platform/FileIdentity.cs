using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Identifies a file by device and inode, with its owner and mode. Symbolic links are not followed.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file within it.</param>
/// <param name="UserId">The owner.</param>
/// <param name="Mode">Type and permission bits, in the C interface's encoding.</param>
internal readonly unsafe partial record struct FileIdentity(ulong Device, ulong Inode, uint UserId, uint Mode)
{
    private const uint TypeMask = 0xF000;
    private const uint DirectoryType = 0x4000;
    private const uint RegularType = 0x8000;

    // AT_FDCWD of Linux.
    private const int CurrentDirectory = -100;

    private const int NoFollow = 0x100;

    public bool IsRegularFile => (Mode & TypeMask) == RegularType;

    public bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    /// <summary>Whether group or others have any permission.</summary>
    public bool IsOpenToOthers => (Mode & 0x3F) != 0;

    /// <summary>Whether group or others may write; for a folder, whether they may replace what is in it.</summary>
    public bool IsWritableByOthers => (Mode & 0x12 /* 022 */) != 0;

    /// <summary>Whether users may replace only their own entries of a folder (the sticky bit).</summary>
    public bool IsSticky => (Mode & 0x200 /* 01000 */) != 0;

    /// <summary>Identifies what the path names. Null if nothing visible is there.</summary>
    public static FileIdentity? OfPath(string path) => OperatingSystem.IsMacOS() ? OfPathOnMac(path) : OfPathOnLinux(path);

    /// <summary>Returns whether the path certainly names nothing: what is hidden or cannot be reached may be there.</summary>
    public static bool IsNothingAt(string path)
    {
        const int NoEntry = 2;
        const int NoDirectory = 20;
        return OfPath(path) is null && Marshal.GetLastPInvokeError() is (NoEntry or NoDirectory);
    }

    /// <summary>Identifies what the path leads to, following links. Null if it leads to nothing visible. Linux only.</summary>
    public static FileIdentity? OfTarget(string path)
    {
        LinuxStatus status;
        return ExtendedStatus(CurrentDirectory, path, 0, BasicFields, &status) == 0 ? status.Identity : null;
    }

    /// <summary>Identifies what an open descriptor refers to.</summary>
    public static FileIdentity? OfDescriptor(int descriptor) => OperatingSystem.IsMacOS() ? OfDescriptorOnMac(descriptor) : OfDescriptorOnLinux(descriptor);

    /// <summary>Returns when the file's content, mode, name or owner last changed, according to the kernel; null if nothing visible is there.</summary>
    public static DateTimeOffset? ChangeOf(string path)
    {
        if (OperatingSystem.IsMacOS())
        {
            MacStatus mac;
            return MacLinkStatus(path, &mac) == 0 ? Moment(mac.ChangeSeconds, (uint)mac.ChangeNanoseconds) : null;
        }

        LinuxStatus linux;
        return ExtendedStatus(CurrentDirectory, path, NoFollow, BasicFields, &linux) == 0 ? Moment(linux.ChangeSeconds, linux.ChangeNanoseconds) : null;

        static DateTimeOffset Moment(long seconds, uint nanoseconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    private static FileIdentity? OfPathOnLinux(string path)
    {
        LinuxStatus status;
        return ExtendedStatus(CurrentDirectory, path, NoFollow, BasicFields, &status) == 0 ? status.Identity : null;
    }

    private static FileIdentity? OfDescriptorOnLinux(int descriptor)
    {
        const int EmptyPath = 0x1000;
        LinuxStatus status;
        return ExtendedStatus(descriptor, "", EmptyPath, BasicFields, &status) == 0 ? status.Identity : null;
    }

    private static FileIdentity? OfPathOnMac(string path)
    {
        MacStatus status;
        return MacLinkStatus(path, &status) == 0 ? status.Identity : null;
    }

    private static FileIdentity? OfDescriptorOnMac(int descriptor)
    {
        MacStatus status;
        return MacDescriptorStatus(descriptor, &status) == 0 ? status.Identity : null;
    }

    private const uint BasicFields = 0x7FF;

    // statx has the same layout on every processor; stat does not.
    [LibraryImport(SystemLibrary.Name, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ExtendedStatus(int directory, string path, int flags, uint fields, LinuxStatus* status);

    [LibraryImport(SystemLibrary.Name, EntryPoint = "lstat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MacLinkStatusOnIntel(string path, MacStatus* status);

    [LibraryImport(SystemLibrary.Name, EntryPoint = "lstat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MacLinkStatusOnArm(string path, MacStatus* status);

    [LibraryImport(SystemLibrary.Name, EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int MacDescriptorStatusOnIntel(int descriptor, MacStatus* status);

    [LibraryImport(SystemLibrary.Name, EntryPoint = "fstat", SetLastError = true)]
    private static partial int MacDescriptorStatusOnArm(int descriptor, MacStatus* status);

    private static int MacLinkStatus(string path, MacStatus* status) =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? MacLinkStatusOnArm(path, status) : MacLinkStatusOnIntel(path, status);

    private static int MacDescriptorStatus(int descriptor, MacStatus* status) =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? MacDescriptorStatusOnArm(descriptor, status) : MacDescriptorStatusOnIntel(descriptor, status);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct LinuxStatus
    {
        [FieldOffset(0x14)]
        public uint UserId;

        [FieldOffset(0x1C)]
        public ushort Mode;

        [FieldOffset(0x20)]
        public ulong Inode;

        [FieldOffset(0x60)]
        public long ChangeSeconds;

        [FieldOffset(0x68)]
        public uint ChangeNanoseconds;

        [FieldOffset(0x88)]
        public uint DeviceMajor;

        [FieldOffset(0x8C)]
        public uint DeviceMinor;

        public readonly FileIdentity Identity => new(((ulong)DeviceMajor << 32) | DeviceMinor, Inode, UserId, Mode);
    }

    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct MacStatus
    {
        [FieldOffset(0)]
        public int Device;

        [FieldOffset(4)]
        public ushort Mode;

        [FieldOffset(8)]
        public ulong Inode;

        [FieldOffset(16)]
        public uint UserId;

        [FieldOffset(64)]
        public long ChangeSeconds;

        [FieldOffset(72)]
        public long ChangeNanoseconds;

        public readonly FileIdentity Identity => new((ulong)Device, Inode, UserId, Mode);
    }
}
