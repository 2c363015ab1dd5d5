using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace CodeSearch.Indexing;

/// <summary>Reads whole files into a buffer that it keeps. Not for two threads at once.</summary>
internal sealed class FileReader : IDisposable
{
    /// <summary>Larger files are reported instead of searched.</summary>
    public const int MaxBytes = 1 << 30;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);

    /// <summary>Reads a file to its end. What is returned is valid until the next call.</summary>
    /// <exception cref="IOException">The file cannot be read, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read the file.</exception>
    public ReadOnlySpan<byte> Read(string path)
    {
        // Sharing everything: without it .NET takes a lock, which would fail on a file that another program locks.
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        // Not the length but the end of the file counts: a file may grow, and those in /proc say 0.
        int length = 0;
        while (true)
        {
            int read = RandomAccess.Read(file, _buffer.AsSpan(length), length);
            if (read == 0)
            {
                return _buffer.AsSpan(0, length);
            }

            length += read;
            if (length == _buffer.Length)
            {
                Grow(RandomAccess.GetLength(file));
            }
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Grow(long fileLength)
    {
        if (_buffer.Length > MaxBytes || fileLength > MaxBytes)
        {
            throw new IOException($"File is larger than {MaxBytes >> 20} MiB");
        }

        // One more than the file, so that the end is seen without growing again.
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(fileLength + 1, _buffer.Length * 2L));
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
