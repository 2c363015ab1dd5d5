using System.Buffers.Text;
using System.Text;

namespace DaemonRpc.Platform;

/// <summary>Releases the memory pages of the program's files: its code, and data that it only reads.</summary>
/// <remarks>
/// These pages make up most of a small process's resident memory, long after its start last used them. Their content stays in the files and in
/// the kernel's cache; a page that is used again returns within about a microsecond. Only mappings that cannot be unmapped while the
/// process lives are released, because another mapping could otherwise take over their addresses, and only mappings that were never written
/// to, be it by the loader or a debugger. Written pages are anonymous memory or in the swap; the kernel counts a page in one of the two.
/// </remarks>
internal static unsafe class ProgramPages
{
    private const string Mappings = "/proc/self/smaps";

    /// <summary>Releases the pages. Other threads may keep running. Does nothing on macOS, which does not report mappings.</summary>
    /// <returns>The size of the released mappings in bytes; not all of their pages need have been in memory.</returns>
    /// <exception cref="IOException">The kernel does not report the mappings.</exception>
    public static long LetGo()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        long bytes = 0;
        using FileStream mappings = new(Mappings, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        Read(mappings, Environment.ProcessPath ?? "", (start, end) =>
        {
            if (LibC.Advise((void*)start, end - start, Constants.NotNeeded) == 0)
            {
                bytes += (long)(end - start);
            }
        });
        return bytes;
    }

    /// <summary>Finds the releasable mappings in the kernel's list: per mapping, one line with addresses and name, then lines with its statistics.</summary>
    internal static void Read(Stream mappings, string program, Action<nuint, nuint> found)
    {
        byte[] programPath = Encoding.UTF8.GetBytes(program);
        byte[] buffer = new byte[8192];
        int length = 0;
        nuint start = 0;
        nuint end = 0;
        bool isUnwritten = false;
        while (mappings.Read(buffer, length, buffer.Length - length) is > 0 and int read)
        {
            length += read;
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, length);
            while (rest.IndexOf((byte)'\n') is >= 0 and int lineEnd)
            {
                ReadOnlySpan<byte> line = rest[..lineEnd];
                rest = rest[(lineEnd + 1)..];
                if (TryReadRange(line, out nuint lineStart, out nuint lineEndAddress))
                {
                    (start, end) = IsCandidate(line, programPath) ? (lineStart, lineEndAddress) : (0, 0);
                    isUnwritten = false;
                }
                else if (line.StartsWith("Anonymous:"u8))
                {
                    isUnwritten = IsZero(line);
                }
                else if (end != 0 && isUnwritten && line.StartsWith("Swap:"u8) && IsZero(line))
                {
                    found(start, end);
                }
            }

            rest.CopyTo(buffer);
            length = rest.Length;
            if (length == buffer.Length)
            {
                // Only a file name of thousands of characters makes a line this long; none of the program's files has one.
                length = 0;
            }
        }
    }

    private static bool TryReadRange(ReadOnlySpan<byte> line, out nuint start, out nuint end)
    {
        end = 0;
        bool isRange = Utf8Parser.TryParse(line, out ulong first, out int digits, 'x') && digits < line.Length && line[digits] == '-'
            && Utf8Parser.TryParse(line[(digits + 1)..], out ulong last, out _, 'x') && (end = (nuint)last) != 0;
        start = (nuint)first;
        return isRange;
    }

    /// <summary>Returns whether the mapping is of a file that stays mapped and cannot be written to.</summary>
    private static bool IsCandidate(ReadOnlySpan<byte> line, ReadOnlySpan<byte> program)
    {
        int path = line.IndexOf((byte)'/');
        int permissions = line.IndexOf((byte)' ') + 1;
        if (path < 0 || permissions + 1 >= line.Length || line[permissions] != 'r' || line[permissions + 1] == 'w')
        {
            return false;
        }

        ReadOnlySpan<byte> file = line[path..];
        ReadOnlySpan<byte> name = file[(file.LastIndexOf((byte)'/') + 1)..];
        return IsProgram(file, program) || IsRuntime(name) || IsSystem(name);
    }

    private static bool IsProgram(ReadOnlySpan<byte> file, ReadOnlySpan<byte> program) =>
        program.Length > 0 && file.StartsWith(program) && (file.Length == program.Length || file[program.Length..].SequenceEqual(" (deleted)"u8));

    // The .NET runtime of a program that is not Native AOT.
    private static bool IsRuntime(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("libcoreclr.so"u8) || name.SequenceEqual("libclrjit.so"u8) || name.SequenceEqual("System.Private.CoreLib.dll"u8);

    // The libraries that every program links: libc.so.6 or libc-2.31.so, and the loader of either C library.
    private static bool IsSystem(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("libc.so.6"u8) || name.StartsWith("libc-2."u8) || name.SequenceEqual("libm.so.6"u8) || name.StartsWith("libm-2."u8)
        || name.StartsWith("ld-linux-"u8) || name.StartsWith("ld-musl-"u8) || name.StartsWith("ld-2."u8);

    private static bool IsZero(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> value = line[(line.IndexOf((byte)':') + 1)..].TrimStart((byte)' ');
        return Utf8Parser.TryParse(value, out long size, out _) && size == 0;
    }
}
