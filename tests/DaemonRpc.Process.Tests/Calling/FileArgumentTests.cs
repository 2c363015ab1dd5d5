using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Nerdbank.Streams;

namespace DaemonRpc.Process.Tests.Calling;

/// <summary>Files and streams that travel with a call, to a daemon's process and to one in this process.</summary>
public sealed class FileArgumentTests : SandboxTests
{
    private readonly byte[] _bytes = RandomBytes(1_000_000);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_travels_as_itself_and_both_sides_share_its_position(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        await File.WriteAllBytesAsync(Sandbox["in"], _bytes);
        await using var source = new FileStream(Sandbox["in"], FileMode.Open, FileAccess.Read);
        await using var destination = new FileStream(Sandbox["out"], FileMode.Create, FileAccess.ReadWrite);
        byte[] first = new byte[10];
        await source.ReadExactlyAsync(first);
        await destination.WriteAsync(Encoding.UTF8.GetBytes("begin "));

        Assert.Equal(_bytes.Length - 10, await client.CopyAsync(source, destination).InTime());

        Assert.Equal(_bytes.Length, source.Position);
        Assert.Equal(_bytes.Length - 10 + 6, destination.Position);
        await destination.WriteAsync(" end"u8.ToArray());
        await destination.FlushAsync();
        byte[] written = await File.ReadAllBytesAsync(Sandbox["out"]);
        Assert.Equal([.. "begin "u8, .. _bytes[10..], .. " end"u8], written);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handle_reaches_the_same_open_file(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        using SafeFileHandle file = File.OpenHandle(Sandbox["out"], FileMode.Create, FileAccess.ReadWrite);

        Assert.Equal("0 5", await client.AppendAsync(file, "first").InTime());
        Assert.Equal("5 12", await client.AppendAsync(file, " second").InTime());
        Assert.Equal("null", await client.AppendAsync(null, "").InTime());

        Assert.False(file.IsClosed);
        Assert.Equal("first second", await File.ReadAllTextAsync(Sandbox["out"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Streams_that_are_no_files_are_copied(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        using var source = new MemoryStream(_bytes, writable: false);
        using var writable = new MemoryStream([.. "old content"u8, .. new byte[2_000_000]]);
        writable.Position = 4;

        Assert.Equal(_bytes.Length, await client.CopyAsync(source, writable).InTime());

        Assert.Equal(4 + _bytes.Length, writable.Position);
        Assert.Equal([.. "old "u8, .. _bytes], writable.ToArray()[..(int)writable.Position]);
        Assert.Equal(-1, await client.CopyAsync(null, null).InTime());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pipes_are_copied_in_both_directions(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        (IDuplexPipe near, IDuplexPipe far) = FullDuplexStream.CreatePipePair();
        Task<int> shouting = client.ShoutAsync(far);
        for (int number = 0; number < 100; number++)
        {
            _ = await near.Output.WriteAsync("word "u8.ToArray());
            ReadResult answer = await near.Input.ReadAtLeastAsync(5).InTime();
            Assert.Equal("WORD ", Encoding.UTF8.GetString(answer.Buffer.FirstSpan));
            near.Input.AdvanceTo(answer.Buffer.End);
        }

        await near.Output.CompleteAsync();
        Assert.Equal(100, await shouting.InTime());

        var incoming = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var outgoing = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        _ = await incoming.Writer.WriteAsync(_bytes.AsMemory(0, 100_000), TestContext.Current.CancellationToken);
        Assert.Equal(100_000, await client.ExchangeAsync(incoming.Reader, outgoing.Writer, 100_000).InTime());
        Assert.Equal(new byte[100_000], BuffersExtensions.ToArray((await outgoing.Reader.ReadAtLeastAsync(100_000).InTime()).Buffer));
        Assert.Equal(-1, await client.ExchangeAsync(null, null, 1).InTime());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_of_results_reads_a_stream_of_the_caller_as_it_comes(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        var pipe = new Pipe();
        int lines = 0;
        await WriteAsync();
        await foreach (string line in client.LinesAsync(pipe.Reader.AsStream()).WithCancellation(TestContext.Current.CancellationToken))
        {
            Assert.Equal($"line {lines}", line);
            if (lines < 1000)
            {
                await WriteAsync();
            }
            else
            {
                await pipe.Writer.CompleteAsync();
            }
        }

        Assert.Equal(1000, lines);

        async Task WriteAsync() => _ = await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($"line {++lines}\n"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Source_that_fails_fails_the_call_and_never_looks_as_if_it_had_ended(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        var failure = new InvalidDataException("The source is broken.");
        using var destination = new MemoryStream();

        InvalidDataException thrown = await Assert.ThrowsAsync<InvalidDataException>(() => client.CopyAsync(new BrokenStream(failure, reads: true), destination).InTime());

        Assert.Same(failure, thrown);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Destination_that_fails_fails_the_call_and_its_handlers_next_write(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        var failure = new InvalidDataException("The disk is full.");

        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => client.WriteOnAsync(new BrokenStream(failure, reads: false)).InTime()));
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => client.CopyAsync(new MemoryStream([1]), new BrokenStream(failure, reads: false)).InTime()));
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_call_ends_although_its_source_never_gives_anything(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        using var cancellation = new CancellationTokenSource();
        using var source = new SilentStream();
        Task<long> copying = client.CopyAsync(source, null, cancellationToken: cancellation.Token);
        await source.Asked.InTime();
        _ = await client.Daemon.WhenAsync(static status => status.Task is not null);

        await cancellation.CancelAsync();

        Assert.Equal(CancelOutcome.Stopped, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => copying.InTime())).Outcome);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handlers_stream_is_closed_when_its_task_has_ended(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);

        Assert.Equal("kept", await client.KeepAsync(new MemoryStream()).InTime());
        Assert.Equal(nameof(ObjectDisposedException), await client.KeepAsync(null).InTime());
    }

    [Fact]
    public async Task Closed_stream_fails_the_call_before_it_is_sent()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        var closed = new MemoryStream();
        await closed.DisposeAsync();
        using SafeFileHandle handle = File.OpenHandle(Sandbox["out"], FileMode.Create, FileAccess.ReadWrite);
        handle.Dispose();

        _ = await Assert.ThrowsAsync<ArgumentException>(() => client.CopyAsync(closed, null).InTime());
        _ = await Assert.ThrowsAsync<ObjectDisposedException>(() => client.AppendAsync(handle, "").InTime());
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Call_that_was_refused_as_busy_passes_its_stream_again()
    {
        TestServiceClient holder = await Sandbox.ConnectAsync();
        Task holding = holder.HoldStreamAsync(new MemoryStream([1]), Sandbox["free"]);
        _ = await holder.Daemon.WhenAsync(static status => status.Message == "holding");
        TestServiceClient client = await Sandbox.ConnectAsync();
        using var refused = new MemoryStream(_bytes);
        _ = await Assert.ThrowsAsync<DaemonBusyException>(() => client.CopyAsync(refused, null).InTime());

        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        TestServiceClient waiting = await Sandbox.ConnectAsync(options);
        using var source = new MemoryStream(_bytes);
        using var destination = new MemoryStream();
        Task<long> copying = waiting.CopyAsync(source, destination);
        _ = await holder.Daemon.WhenAsync(static status => status.Waiting == 1);
        await File.WriteAllTextAsync(Sandbox["free"], "");

        await holding.InTime();
        Assert.Equal(_bytes.Length, await copying.InTime());
        Assert.Equal(_bytes, destination.ToArray());
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private async Task<TestServiceClient> ConnectAsync(bool inProcess) =>
        inProcess ? TestServiceClient.ConnectInProcess(LocalService.Create) : await Sandbox.ConnectAsync();

    /// <summary>A stream that gives or takes a byte and then fails.</summary>
    private sealed class BrokenStream(Exception failure, bool reads) : OneWayStream(reads)
    {
        private int _calls;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _calls++ == 0 ? new(1) : throw failure;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw failure;
    }

    /// <summary>A stream whose bytes never come, whatever the token says, as a terminal's.</summary>
    private sealed class SilentStream() : OneWayStream(reads: true)
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _ = _asked.TrySetResult();
            await new TaskCompletionSource().Task;
            return 0;
        }
    }

    private abstract class OneWayStream(bool reads) : Stream
    {
        public override bool CanRead => reads;

        public override bool CanWrite => !reads;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
