using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace CodeSearch.Indexing;

/// <summary>Reads text files into a buffer that it keeps. Not for two threads at once.</summary>
internal sealed class FileReader : IDisposable
{
    /// <summary>Larger files are reported instead of searched.</summary>
    public const int MaxBytes = 1 << 30;

    /// <summary>Enough for most source files, and to see that most binary files are binary.</summary>
    private const int FirstRead = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstRead);

    /// <summary>Reads a text file to its end. False when it is binary; of such a file little more than the start is read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The content; valid until the next call.</param>
    /// <exception cref="IOException">The file cannot be read, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read the file.</exception>
    public bool TryReadText(string path, out ReadOnlySpan<byte> text)
    {
        // Sharing everything: without it .NET takes a lock, which would fail on a file that another program locks.
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        // Not the length but the end of the file counts: a file may grow, and those in /proc say 0.
        int length = 0;
        while (true)
        {
            Span<byte> free = _buffer.AsSpan(length);
            int read = RandomAccess.Read(file, length == 0 ? free[..FirstRead] : free, length);
            if (BinaryDetector.IsBinary(free[..read]))
            {
                text = default;
                return false;
            }

            length += read;
            if (read == 0)
            {
                text = _buffer.AsSpan(0, length);
                return true;
            }

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
