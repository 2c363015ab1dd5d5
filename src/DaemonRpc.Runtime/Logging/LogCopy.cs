using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Logging;

/// <summary>Copies what is in a log, and what is added to it meanwhile.</summary>
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

    /// <summary>Copies what there is now. What is added meanwhile is for the next time: a writer as fast as we would never let us end.</summary>
    /// <param name="most">At most so much of it: the end, when it is more.</param>
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
