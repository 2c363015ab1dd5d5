using System.Runtime.InteropServices;

namespace CodeSearch.Platform;

/// <summary>Reads a file's status on Linux.</summary>
/// <remarks>
/// <c>statx</c>, because its structure is the same on every architecture. The offsets used:
/// <code>
///  28  uint16  mode          96  int64   ctime seconds     112  int64   mtime seconds
///  32  uint64  inode        104  uint32  ctime nanoseconds 120  uint32  mtime nanoseconds
///  40  uint64  size         136  uint32  device major      140  uint32  device minor
/// </code>
/// </remarks>
internal static unsafe partial class LinuxStatx
{
    private const int CurrentDirectory = -100;
    private const int DoNotFollowLinks = 0x100;
    private const uint BasicFields = 0x7ff;

    public static int TryRead(ReadOnlySpan<byte> path, out FileStatus status)
    {
        byte* buffer = stackalloc byte[256];
        fixed (byte* first = path)
        {
            if (Statx(CurrentDirectory, first, DoNotFollowLinks, BasicFields, buffer) != 0)
            {
                status = default;
                return Marshal.GetLastPInvokeError();
            }
        }

        ReadOnlySpan<byte> fields = new(buffer, 256);
        FileStamp stamp = new(
            Read64(fields, 136),
            Read64(fields, 32),
            Read64(fields, 40),
            Nanoseconds(fields, 112),
            Nanoseconds(fields, 96));
        status = new FileStatus(FileStatus.KindOf(MemoryMarshal.Read<ushort>(fields[28..])), stamp);
        return 0;
    }

    private static long Read64(ReadOnlySpan<byte> fields, int offset) => MemoryMarshal.Read<long>(fields[offset..]);

    private static long Nanoseconds(ReadOnlySpan<byte> fields, int offset) =>
        (Read64(fields, offset) * 1_000_000_000) + MemoryMarshal.Read<uint>(fields[(offset + 8)..]);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(int directory, byte* path, int flags, uint mask, byte* buffer);
}
