using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Logging;

/// <summary>Copies a log file, including what is added between the calls.</summary>
internal sealed class LogCopy(SafeFileHandle from, string to) : IDisposable
{
    private const int ChunkSize = 64 * 1024;

    private readonly byte[] _chunk = new byte[ChunkSize];
    private readonly FileStream _to = new(to, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private long _position;

    /// <summary>
    /// Copies what the log contains now. What is added meanwhile is left for the next call; otherwise a fast writer would keep this from ending.
    /// </summary>
    /// <param name="most">The most bytes to copy. If there are more, only the last ones are copied.</param>
    public void Add(long most)
    {
        long end = RandomAccess.GetLength(from);
        _position = Math.Max(_position, end - most);
        while (_position < end && RandomAccess.Read(from, _chunk.AsSpan(0, (int)Math.Min(ChunkSize, end - _position)), _position) is > 0 and int read)
        {
            _to.Write(_chunk, 0, read);
            _position += read;
        }
    }

    public void Dispose() => _to.Dispose();
}
