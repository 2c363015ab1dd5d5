namespace DaemonRpc.Tool.Logs;

/// <summary>A daemon's log, which may be emptied or moved aside while it is read.</summary>
/// <remarks>
/// A full log is copied to <c>….log.1</c> and emptied; at the start of the next daemon it is moved there, and a new one is made. What was written after the last
/// read is then found in the file that was open, or in the copy.
/// </remarks>
/// <param name="path">The log's path.</param>
internal sealed class LogFile(string path) : IDisposable
{
    // The first line of a log names its daemon's process and time.
    private const int HeadBytes = 512;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private FileStream? _file;
    private long _position;

    /// <summary>Begins with the last lines.</summary>
    /// <param name="lines">How many lines; a negative number for all.</param>
    public void Begin(int lines)
    {
        if (TryOpen() is { } file)
        {
            _file = file;
            _position = lines < 0 ? 0 : StartOfLast(file, lines);
        }
    }

    /// <summary>Passes on everything that was written since the last time.</summary>
    public void ReadOn(Action<ReadOnlySpan<byte>> write)
    {
        _file ??= TryOpen();
        if (_file is null)
        {
            return;
        }

        if (_file.Length < _position)
        {
            // It was emptied. What came after the last read is in the copy, at the same place.
            using FileStream? copy = Open(path + ".1");
            if (copy?.Length > _position)
            {
                _ = Copy(copy, _position, write);
            }

            _position = 0;
        }

        _position = Copy(_file, _position, write);
        if (TryOpen() is not { } current)
        {
            return;
        }

        using (current)
        {
            if (IsSame(_file, current))
            {
                return;
            }
        }

        // Once more: its daemon may have written its last words after the read above.
        _ = Copy(_file, _position, write);
        _file.Dispose();
        _file = TryOpen();
        _position = 0;
        ReadOn(write);
    }

    public void Dispose() => _file?.Dispose();

    private static bool IsSame(FileStream one, FileStream other)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        Span<byte> otherHead = stackalloc byte[HeadBytes];

        // The other is read first: a log only grows, so the same file cannot be shorter afterwards, unless it was emptied in between, which the next read notices.
        int otherLength = RandomAccess.Read(other.SafeFileHandle, otherHead, 0);
        int length = RandomAccess.Read(one.SafeFileHandle, head, 0);
        return otherLength <= length && head[..otherLength].SequenceEqual(otherHead[..otherLength]) && (otherLength > 0 || length == 0);
    }

    private long Copy(FileStream file, long position, Action<ReadOnlySpan<byte>> write)
    {
        int length;
        while ((length = RandomAccess.Read(file.SafeFileHandle, _buffer, position)) > 0)
        {
            write(_buffer.AsSpan(0, length));
            position += length;
        }

        return position;
    }

    // Reads backwards in blocks, so that the last lines of a large log come at once.
    private long StartOfLast(FileStream file, int lines)
    {
        long end = file.Length;
        int found = 0;
        for (long block = end; block > 0;)
        {
            int length = (int)Math.Min(_buffer.Length, block);
            block -= length;
            length = RandomAccess.Read(file.SafeFileHandle, _buffer.AsSpan(0, length), block);
            for (int index = length - 1; index >= 0; index--)
            {
                // The line feed at the very end closes the last line and begins none.
                if (_buffer[index] == (byte)'\n' && block + index + 1 < end && ++found == lines)
                {
                    return block + index + 1;
                }
            }
        }

        return lines == 0 ? end : 0;
    }

    private FileStream? TryOpen() => Open(path);

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // It was just moved aside, or not yet made.
            return null;
        }
    }
}
