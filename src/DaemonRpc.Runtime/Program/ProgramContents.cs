using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Program;

/// <summary>One number for the bytes of a program's files.</summary>
/// <remarks>
/// It tells builds of one program apart, not forgeries: whoever can write the files can do as they like. So it is fast, and needs no
/// library of cryptography in a small process: words, multiplied and rotated, about a millisecond for ten megabytes.
/// </remarks>
internal static class ProgramContents
{
    private const ulong Start = 0xCBF29CE484222325;

    /// <summary>The number of the program at a path without symbolic links; null when a file cannot be read.</summary>
    public static ulong? Of(string path)
    {
        try
        {
            byte[] piece = new byte[16 * 1024];
            ulong sum = 0;
            foreach (FileInfo file in ProgramFiles.FilesOf(path))
            {
                // A sum, as folders are listed in any order.
                sum = unchecked(sum + Of(file, piece));
            }

            return sum;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ulong Of(FileInfo file, byte[] piece)
    {
        ulong hash = Start;
        foreach (char letter in file.Name)
        {
            hash = Mix(hash, letter);
        }

        if (!file.Exists)
        {
            return hash;
        }

        using SafeFileHandle handle = File.OpenHandle(file.FullName, share: FileShare.ReadWrite | FileShare.Delete);
        long offset = 0;
        int length;
        while ((length = RandomAccess.Read(handle, piece, offset)) > 0)
        {
            offset += length;
            // What is left of the piece before it would count otherwise, and a file may end with zeros.
            piece.AsSpan(length).Clear();
            hash = Mix(hash, (ulong)length);
            foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(piece.AsSpan(0, (length + 7) / 8 * 8)))
            {
                hash = Mix(hash, word);
            }
        }

        return hash;
    }

    // The multiplier is that of FNV-1a for 64 bits; the rotation lets the upper bits of a word reach the lower ones of the next.
    private static ulong Mix(ulong hash, ulong word) => unchecked(BitOperations.RotateLeft(hash ^ word, 29) * 0x100000001B3);
}
