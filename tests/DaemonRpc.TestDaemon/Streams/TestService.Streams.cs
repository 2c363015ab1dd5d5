using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using DaemonRpc.TestDaemon.Streams;
using Microsoft.Win32.SafeHandles;
using Nerdbank.Streams;

namespace DaemonRpc.TestDaemon;

// What it does with files and streams of its callers.
internal sealed partial class TestService
{
    private Stream? _kept;

    public async Task<long> CopyAsync(Stream? source, Stream? destination, int piece, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[piece];
        long copied = source is null ? -1 : 0;
        while (source is not null && await source.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (destination is not null)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }

            copied += count;
        }

        return copied;
    }

    public async Task<string> AppendAsync(SafeFileHandle? file, string text)
    {
        if (file is null)
        {
            return "null";
        }

        await using var stream = new FileStream(file, FileAccess.Write, bufferSize: 0);
        long position = stream.Position;
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        _ = stream.SafeFileHandle;
        return $"{position} {stream.Length}";
    }

    public async IAsyncEnumerable<string> LinesAsync(Stream source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(source);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }

    public async Task<int> ShoutAsync(IDuplexPipe pipe, CancellationToken cancellationToken)
    {
        int words = 0;
        while (true)
        {
            ReadResult result = await pipe.Input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = result.Buffer;
            while (buffer.PositionOf((byte)' ') is { } blank)
            {
                string word = Encoding.UTF8.GetString(buffer.Slice(0, blank));
                buffer = buffer.Slice(buffer.GetPosition(1, blank));
                _ = await pipe.Output.WriteAsync(Encoding.UTF8.GetBytes(word.ToUpperInvariant() + " "), cancellationToken);
                words++;
            }

            pipe.Input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return words;
            }
        }
    }

    public async Task<int> ExchangeAsync(PipeReader? reader, PipeWriter? writer, int count, CancellationToken cancellationToken)
    {
        writer?.GetSpan(count)[..count].Clear();
        writer?.Advance(count);
        if (reader is null)
        {
            return -1;
        }

        ReadResult result = await reader.ReadAtLeastAsync(count, cancellationToken);
        return (int)result.Buffer.Length;
    }

    public async IAsyncEnumerable<int> WriteAlongAsync(PipeWriter writer, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _ = await ExchangeAsync(null, writer, count, cancellationToken);
        yield return count;
    }

    public async Task<string> WriteOnAsync(Stream destination, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await destination.WriteAsync("Another line.\n"u8.ToArray(), cancellationToken);
            }
        }
        catch (IOException exception)
        {
            return exception.GetType().Name;
        }
    }

    public Task HoldStreamAsync(Stream stream, string until, CancellationToken cancellationToken) => HoldUntilAsync(until, cancellationToken);

    public Task<Stream?> OpenFileAsync(string path, long position, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return Task.FromResult<Stream?>(null);
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        _ = file.Seek(position, SeekOrigin.Begin);
        return Task.FromResult<Stream?>(file);
    }

    public ValueTask<Stream> CreateAsync(string path) => new(new GZipStream(File.Create(path), CompressionLevel.Fastest));

    public Task<Stream> StoreAsync(string path, CancellationToken cancellationToken) => Task.FromResult<Stream>(new StoredOutput(path));

    public async ValueTask<Stream> MakeBytesAsync(int count, string atEnd, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (atEnd == "never")
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        for (int report = 0; report < 1000; report++)
        {
            progress?.Report(-1);
        }

        return new MadeInput(count, atEnd, progress);
    }

    public async Task<Stream> TalkAsync(string text)
    {
        (IDuplexPipe near, IDuplexPipe far) = FullDuplexStream.CreatePipePair();
        _ = await near.Output.WriteAsync(Encoding.UTF8.GetBytes(text));
        await near.Output.CompleteAsync();
        return far.AsStream();
    }

    public async Task<string> KeepAsync(Stream? stream)
    {
        if (_kept is { } kept)
        {
            _kept = null;
            try
            {
                await kept.WriteAsync(new byte[1]);
                return "written";
            }
            catch (ObjectDisposedException exception)
            {
                return exception.GetType().Name;
            }
        }

        _kept = stream;
        return "kept";
    }
}
