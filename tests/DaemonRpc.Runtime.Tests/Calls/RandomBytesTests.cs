using System.Buffers;
using System.IO.Pipelines;
using CsCheck;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>Files and streams of any kind, content and position, several in one call, over a real socket: the handler reads what the caller has, and the caller gets what the handler writes.</summary>
public sealed class RandomBytesTests : IAsyncLifetime
{
    private static readonly Gen<byte[]> s_bytes = Gen.Frequency(
        (8, Gen.Byte.Array[0, 2000]),
        (2, Gen.Select(Gen.Int, Gen.Int[60_000, 400_000], static (seed, length) => Filled(seed, length))));

    private static readonly Gen<int[]> s_sizes = Gen.Frequency((3, Gen.Int[1, 5000]), (2, Gen.Int[5000, 150_000])).Array[1, 5];

    private static readonly Gen<Given> s_given = Gen.Select(Gen.Enum<Kind>(), Gen.Byte.Array[0, 5000], s_bytes, s_sizes, Gen.Bool, static (kind, before, bytes, sizes, isBuffered) =>
        new Given(kind, before, bytes, sizes, isBuffered));

    private readonly ForegroundDaemon _daemon = new();
    private readonly TemporaryFolder _folder = new();
    private SampleClient? _client;
    private int _files;

    public async ValueTask InitializeAsync() => _client = await _daemon.ConnectAsync();

    public async ValueTask DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _daemon.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A stream, a pipe's reader and a pipe are read at the same time, and written back through a pipe's writer, a stream and the pipe.</summary>
    [Fact]
    public Task What_is_read_of_one_and_written_to_another_comes_whole_and_leaves_positions_behind_it() =>
        Gen.Select(s_given, s_given, s_given, s_given, s_sizes).SampleAsync(
            async (source, destination, reader, pipe, sizes) =>
            {
                using Stream? from = Source(source);
                using Stream? to = Destination(destination);
                var written = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
                var far = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
                PipeReader? read = reader.Kind == Kind.Null ? null : Reader(reader);
                _daemon.Handler.Pass = async (passed, cancellationToken) =>
                {
                    Task[] all =
                    [
                        CopyAsync(passed.Source, passed.Writer?.AsStream(leaveOpen: true), sizes, cancellationToken),
                        CopyAsync(passed.Reader?.AsStream(leaveOpen: true), passed.Destination, sizes, cancellationToken),
                        CopyAsync(passed.Pipe?.Input.AsStream(leaveOpen: true), passed.Pipe?.Output.AsStream(leaveOpen: true), sizes, cancellationToken),
                    ];
                    await Task.WhenAll(all);
                    return "end";
                };

                Assert.Equal("end", await _client!.PassAsync(
                    from, to, null, null, read, destination.IsBuffered ? written.Writer : null, pipe.Kind == Kind.Null ? null : new Both(Reader(pipe), far.Writer)));

                byte[] expected = reader.Kind == Kind.Null ? [] : reader.Bytes;
                await CheckAsync(source, from);
                await CheckAsync(destination, to, expected);
                Assert.Equal(destination.IsBuffered && source.Kind != Kind.Null ? source.Bytes : [], await WrittenAsync(written));
                Assert.Equal(pipe.Kind == Kind.Null ? [] : pipe.Bytes, await WrittenAsync(far));
            },
            iter: 60,
            threads: 1);

    /// <summary>A handler reads as much of a file as it likes, writes to it behind that, and through a handle of another file.</summary>
    [Fact]
    public Task File_has_the_position_at_which_the_handler_leaves_it() =>
        Gen.Select(s_given, s_given, s_bytes, Gen.Int[0, 3000], Gen.Bool).SampleAsync(
            async (first, second, written, wanted, writes) =>
            {
                int taken = Math.Min(wanted, first.Bytes.Length);
                using FileStream both = FileAt(first);
                using SafeFileHandle handle = File.OpenHandle(_folder[$"{++_files}"], FileMode.CreateNew, FileAccess.ReadWrite);
                RandomAccess.Write(handle, second.Bytes, 0);
                byte[] read = new byte[taken];
                _daemon.Handler.Pass = async (passed, cancellationToken) =>
                {
                    await passed.Both!.ReadExactlyAsync(read, cancellationToken);
                    if (writes)
                    {
                        await passed.Both.WriteAsync(written, cancellationToken);
                    }

                    // The handle's file is at its begin.
                    await using var stream = new FileStream(passed.File!, FileAccess.ReadWrite, bufferSize: 0);
                    _ = stream.Seek(second.Bytes.Length / 2, SeekOrigin.Current);
                    await stream.WriteAsync(written, cancellationToken);
                    return $"{stream.Length}";
                };

                string length = await _client!.PassAsync(null, null, both, handle, null, null, null);

                Assert.Equal(first.Bytes[..taken], read);
                int end = taken + (writes ? written.Length : 0);
                Assert.Equal(first.Before.Length + end, both.Position);
                both.Write("!"u8);
                both.Flush();
                byte[] content = await ContentAsync(both);
                byte[] expected = [.. first.Before, .. first.Bytes[..taken], .. writes ? written : [], (byte)'!'];
                Assert.Equal(expected, content[..expected.Length]);
                Assert.Equal([.. first.Before, .. first.Bytes], [.. content[..(first.Before.Length + taken)], .. first.Bytes[taken..]]);
                Assert.Equal($"{Math.Max(second.Bytes.Length, (second.Bytes.Length / 2) + written.Length)}", length);
                byte[] half = new byte[written.Length];
                _ = RandomAccess.Read(handle, half, second.Bytes.Length / 2);
                Assert.Equal(written, half);
            },
            iter: 60,
            threads: 1);

    /// <summary>A stream in memory that is read and written has a position for each, and is left behind what was written.</summary>
    [Fact]
    public Task Stream_in_memory_is_read_and_written_from_its_position_and_left_behind_what_was_written() =>
        Gen.Select(s_given, s_bytes, s_sizes).SampleAsync(
            async (given, written, sizes) =>
            {
                using var both = new MemoryStream();
                both.Write([.. given.Before, .. given.Bytes]);
                both.Position = given.Before.Length;
                byte[] read = [];
                _daemon.Handler.Pass = async (passed, cancellationToken) =>
                {
                    var all = new MemoryStream();
                    await CopyAsync(passed.Both, all, sizes, cancellationToken);
                    read = all.ToArray();
                    await CopyAsync(new MemoryStream(written), passed.Both, sizes, cancellationToken);
                    return "end";
                };

                Assert.Equal("end", await _client!.PassAsync(null, null, both, null, null, null, null));

                Assert.Equal(given.Bytes, read);
                Assert.Equal(given.Before.Length + (written.Length > 0 ? written.Length : given.Bytes.Length), both.Position);
                Assert.Equal([.. given.Before, .. written, .. given.Bytes.Skip(written.Length)], both.ToArray());
            },
            iter: 60,
            threads: 1);

    private static byte[] Filled(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task CopyAsync(Stream? from, Stream? to, int[] sizes, CancellationToken cancellationToken)
    {
        for (int piece = 0; from is not null; piece++)
        {
            byte[] buffer = new byte[sizes[piece % sizes.Length]];
            int count = await from.ReadAsync(buffer, cancellationToken);
            if (count == 0)
            {
                return;
            }

            if (to is not null)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
    }

    /// <summary>A pipe's reader, or a stream behind one.</summary>
    private static PipeReader Reader(Given given)
    {
        if (given.Kind != Kind.Own)
        {
            return PipeReader.Create(new OneWayStream(given.Bytes, given.Sizes));
        }

        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        pipe.Writer.Write(given.Bytes);
        pipe.Writer.Complete();
        return pipe.Reader;
    }

    private static async Task<byte[]> WrittenAsync(Pipe pipe)
    {
        await pipe.Writer.CompleteAsync();
        return BuffersExtensions.ToArray((await pipe.Reader.ReadAtLeastAsync(int.MaxValue)).Buffer);
    }

    private Stream? Source(Given given)
    {
        byte[] all = [.. given.Before, .. given.Bytes];
        return given.Kind switch
        {
            Kind.Null => null,
            Kind.File => FileAt(given),
            Kind.Memory => new MemoryStream(all, writable: false) { Position = given.Before.Length },
            _ => new OneWayStream(given.Bytes, given.Sizes),
        };
    }

    private Stream? Destination(Given given)
    {
        Stream? stream = given.Kind switch
        {
            Kind.Null => null,
            Kind.File => MakeFile(given.IsBuffered),
            Kind.Memory => new MemoryStream(),
            _ => new OneWayStream(null, given.Sizes),
        };
        if (stream is { CanSeek: true })
        {
            // In its buffer, if it has one.
            stream.Write(given.Before);
        }

        return stream;
    }

    /// <summary>A file before whose position there is something, which has been read if it is buffered.</summary>
    private FileStream FileAt(Given given)
    {
        FileStream file = MakeFile(given.IsBuffered);
        file.Write(given.Before);
        file.Write(given.Bytes);
        file.Position = 0;
        file.ReadExactly(new byte[given.Before.Length]);
        return file;
    }

    private FileStream MakeFile(bool isBuffered) =>
        new(_folder[$"{++_files}"], FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, isBuffered ? 4096 : 0);

    private static async Task<byte[]> ContentAsync(FileStream file)
    {
        using var other = new FileStream(file.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new MemoryStream();
        await other.CopyToAsync(content);
        return content.ToArray();
    }

    private static async Task CheckAsync(Given given, Stream? source)
    {
        if (source is { CanSeek: true })
        {
            Assert.Equal(given.Before.Length + given.Bytes.Length, source.Position);
            Assert.Equal(0, await source.ReadAsync(new byte[1].AsMemory()));
        }
    }

    private static async Task CheckAsync(Given given, Stream? destination, byte[] expected)
    {
        switch (destination)
        {
            case null:
                break;
            case OneWayStream one:
                Assert.Equal(expected, one.Written);
                Assert.NotEqual(0, one.Flushes);
                break;
            default:
                Assert.Equal(given.Before.Length + expected.Length, destination.Position);
                destination.Write("!"u8);
                await destination.FlushAsync();
                byte[] content = destination is FileStream file ? await ContentAsync(file) : ((MemoryStream)destination).ToArray();
                Assert.Equal([.. given.Before, .. expected, (byte)'!'], content);
                break;
        }
    }

    private enum Kind
    {
        Null,
        File,
        Memory,
        Own,
    }

    /// <summary>What a caller passes.</summary>
    /// <param name="Kind">As what.</param>
    /// <param name="Before">What is before its position, if it has one.</param>
    /// <param name="Bytes">What it has to read.</param>
    /// <param name="Sizes">How much at a time.</param>
    /// <param name="IsBuffered">Whether its file has a buffer.</param>
    private sealed record Given(Kind Kind, byte[] Before, byte[] Bytes, int[] Sizes, bool IsBuffered);

    private sealed record Both(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
