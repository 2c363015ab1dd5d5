using System.Runtime.InteropServices;

namespace CodeSearch.Platform;

/// <summary>Reads a file's status on macOS.</summary>
/// <remarks>
/// The structure with 64-bit inodes, which on Intel hides behind a symbol of its own. The offsets used:
/// <code>
///   0  int32   device        48  int64  mtime seconds        64  int64  ctime seconds
///   4  uint16  mode          56  int64  mtime nanoseconds    72  int64  ctime nanoseconds
///   8  uint64  inode         96  int64  size
/// </code>
/// </remarks>
internal static unsafe partial class MacStat
{
    public static int TryRead(ReadOnlySpan<byte> path, out FileStatus status)
    {
        byte* buffer = stackalloc byte[256];
        fixed (byte* first = path)
        {
            int result = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? LStat64(first, buffer) : LStat(first, buffer);
            if (result != 0)
            {
                status = default;
                return Marshal.GetLastPInvokeError();
            }
        }

        ReadOnlySpan<byte> fields = new(buffer, 144);
        FileStamp stamp = new(
            MemoryMarshal.Read<int>(fields),
            Read64(fields, 8),
            Read64(fields, 96),
            Nanoseconds(fields, 48),
            Nanoseconds(fields, 64));
        status = new FileStatus(FileStatus.KindOf(MemoryMarshal.Read<ushort>(fields[4..])), stamp);
        return 0;
    }

    private static long Read64(ReadOnlySpan<byte> fields, int offset) => MemoryMarshal.Read<long>(fields[offset..]);

    private static long Nanoseconds(ReadOnlySpan<byte> fields, int offset) =>
        (Read64(fields, offset) * 1_000_000_000) + Read64(fields, offset + 8);

    [LibraryImport("libc", EntryPoint = "lstat", SetLastError = true)]
    private static partial int LStat(byte* path, byte* buffer);

    [LibraryImport("libc", EntryPoint = "lstat$INODE64", SetLastError = true)]
    private static partial int LStat64(byte* path, byte* buffer);
}
