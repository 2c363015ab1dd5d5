using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.TestDaemon.Streams;

/// <summary>Methods that take files and streams of their caller, or return some.</summary>
public interface IStreams
{
    /// <summary>Copies one stream to the other, a piece at a time, and returns how many bytes it were.</summary>
    Task<long> CopyAsync(Stream? source, Stream? destination, int piece = 64 * 1024, CancellationToken cancellationToken = default);

    /// <summary>Writes text where the file's position is. Returns how the file looks to this process.</summary>
    Task<string> AppendAsync(SafeFileHandle? file, string text);

    /// <summary>Yields the lines of a stream as they come.</summary>
    IAsyncEnumerable<string> LinesAsync(Stream source, CancellationToken cancellationToken = default);

    /// <summary>Reads words that end with a blank from a pipe, and writes each back in upper case.</summary>
    Task<int> ShoutAsync(IDuplexPipe pipe, CancellationToken cancellationToken = default);

    /// <summary>Reads so many bytes of a pipe, and writes as many zeros to another, without flushing.</summary>
    Task<int> ExchangeAsync(PipeReader? reader, PipeWriter? writer, int count, CancellationToken cancellationToken = default);

    /// <summary>Writes so many zeros to a pipe, without flushing, and yields their number.</summary>
    IAsyncEnumerable<int> WriteAlongAsync(PipeWriter writer, int count, CancellationToken cancellationToken = default);

    /// <summary>Writes lines to a stream until that fails, and returns what it failed with.</summary>
    Task<string> WriteOnAsync(Stream destination, CancellationToken cancellationToken = default);

    /// <summary>Does nothing with a stream, until it is cancelled or a file appears.</summary>
    Task HoldStreamAsync(Stream stream, string until, CancellationToken cancellationToken = default);

    /// <summary>Keeps a stream, and tries to use it in the next call.</summary>
    Task<string> KeepAsync(Stream? stream);

    /// <summary>Opens a file from a position on; null if there is no such file.</summary>
    Task<Stream?> OpenFileAsync(string path, long position, CancellationToken cancellationToken = default);

    /// <summary>Creates a file that is written through a compressing stream, or fails to.</summary>
    ValueTask<Stream> CreateAsync(string path);

    /// <summary>Creates a file when everything that was written has been flushed.</summary>
    Task<Stream> StoreAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Returns a stream of so many bytes that is no file.</summary>
    /// <param name="count">The number of bytes.</param>
    /// <param name="atEnd">
    /// What happens then: "" for an end, "fail" also when it is closed, "wait" until the read is cancelled, "ignore" that it is; or "never", if not even the method returns.
    /// </param>
    /// <param name="progress">Gets a report for each read.</param>
    /// <param name="cancellationToken">The token.</param>
    ValueTask<Stream> MakeBytesAsync(int count, string atEnd, IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Returns a stream that could be written, too.</summary>
    Task<Stream> TalkAsync(string text);
}
