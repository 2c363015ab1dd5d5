using System.Buffers.Text;
using System.Text;

namespace DaemonRpc.Platform;

/// <summary>The pages of the program's files that are in memory for this process: its code, and data that it only reads.</summary>
/// <remarks>
/// They are most of what a small process is said to hold, long after its start was the last to use them. Their content is in the
/// file, and the kernel's cache of it, which is untouched: a page that is used again is there again within a microsecond or so.
/// Only what cannot be unmapped while the process lives is let go of, as its addresses could mean other memory otherwise, and only
/// mappings to which nothing was ever written, be it by the loader or a debugger. What was written to is anonymous memory, or in the swap:
/// the kernel counts a page in one place or the other.
/// </remarks>
internal static unsafe class ProgramPages
{
    private const string Mappings = "/proc/self/smaps";

    /// <summary>Lets go of them. Any thread may run on meanwhile. Does nothing on macOS, which tells nobody what is mapped.</summary>
    /// <returns>How many bytes were mapped there; not all of them need have been in memory.</returns>
    /// <exception cref="IOException">The kernel does not tell what is mapped.</exception>
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

    /// <summary>Finds the mappings that can be let go of in what the kernel says of all: a line of addresses and name, then lines of what is in it.</summary>
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
                // No line is as long as that but one with a name of thousands of letters, which is none of ours.
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

    /// <summary>Whether it is a file that stays mapped, and cannot be written to.</summary>
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

    // The runtime of a program that is not Native AOT.
    private static bool IsRuntime(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("libcoreclr.so"u8) || name.SequenceEqual("libclrjit.so"u8) || name.SequenceEqual("System.Private.CoreLib.dll"u8);

    // What every program is linked to: libc.so.6 or libc-2.31.so, and the loader of either C library.
    private static bool IsSystem(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("libc.so.6"u8) || name.StartsWith("libc-2."u8) || name.SequenceEqual("libm.so.6"u8) || name.StartsWith("libm-2."u8)
        || name.StartsWith("ld-linux-"u8) || name.StartsWith("ld-musl-"u8) || name.StartsWith("ld-2."u8);

    private static bool IsZero(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> value = line[(line.IndexOf((byte)':') + 1)..].TrimStart((byte)' ');
        return Utf8Parser.TryParse(value, out long size, out _) && size == 0;
    }
}
