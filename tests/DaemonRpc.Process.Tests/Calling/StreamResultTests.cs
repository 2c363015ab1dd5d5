using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace DaemonRpc.Process.Tests.Calling;

/// <summary>Streams of bytes that a handler returns, in a daemon's process and in this one.</summary>
public sealed class StreamResultTests : SandboxTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_comes_as_itself_at_its_position(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        await File.WriteAllTextAsync(Sandbox["in"], "old content");

        await using Stream stream = (await client.OpenFileAsync(Sandbox["in"], 4).InTime())!;

        // The call has ended: the daemon copies nothing.
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal((true, true, true, 4, 11), (stream.CanRead, stream.CanWrite, stream.CanSeek, stream.Position, stream.Length));
        await stream.WriteAsync("new"u8.ToArray());
        stream.Position = 0;
        Assert.Equal("old newtent", await new StreamReader(stream).ReadToEndAsync());
        Assert.Null(await client.OpenFileAsync(Sandbox["missing"], 0).InTime());
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 3_000_000)]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(false, 3_000_000)]
    public async Task Stream_that_is_no_file_is_copied_to_its_end(bool inProcess, int count)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);

        await using Stream stream = await client.MakeBytesAsync(count, "").InTime();

        Assert.Equal((true, false, false), (stream.CanRead, stream.CanWrite, stream.CanSeek));
        using var read = new MemoryStream();
        await stream.CopyToAsync(read).InTime();
        Assert.Equal(Made(count), read.ToArray());
        Assert.Equal(0, stream.ReadByte() + 1);

        // Who has read the end need not close the stream to make the next call.
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_written_is_in_the_daemons_file_when_the_stream_is_closed(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        byte[] bytes = Made(1_000_000);
        foreach (bool isAsynchronous in new[] { true, false })
        {
            Stream stream = await client.CreateAsync(Sandbox["out"]).InTime();
            Assert.Equal((false, true), (stream.CanRead, stream.CanWrite));
            await stream.WriteAsync(bytes);
            if (isAsynchronous)
            {
                await stream.DisposeAsync().InTime();
            }
            else
            {
                stream.Dispose();
            }

            await using var written = new GZipStream(File.OpenRead(Sandbox["out"]), CompressionMode.Decompress);
            using var read = new MemoryStream();
            await written.CopyToAsync(read);
            Assert.Equal(bytes, read.ToArray());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_that_could_be_read_and_written_is_read(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);

        await using Stream stream = await client.TalkAsync("hello").InTime();

        Assert.Equal((true, false), (stream.CanRead, stream.CanWrite));
        Assert.Equal("hello", await new StreamReader(stream).ReadToEndAsync().InTime());
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reports_come_before_the_stream_and_while_it_is_read(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        List<long> reports = [];

        await using Stream stream = await client.MakeBytesAsync(3_000_000, "", new Received(reports)).InTime();
        Assert.Equal(Enumerable.Repeat(-1L, 1000), reports.ToArray()[..1000]);
        await stream.CopyToAsync(Stream.Null).InTime();

        Assert.Equal(3_000_000, reports[^1]);
        Assert.True(reports.Count > 1040, $"{reports.Count} reports");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Timeout_of_the_call_counts_until_the_caller_has_its_stream(bool returns)
    {
        DaemonClientOptions options = Sandbox.Options();
        options.CallTimeout = returns ? TimeSpan.FromSeconds(8) : TimeSpan.FromMilliseconds(100);
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        if (!returns)
        {
            _ = await Assert.ThrowsAsync<DaemonTimeoutException>(() => client.MakeBytesAsync(10, "never").InTime());
            return;
        }

        long begun = Stopwatch.GetTimestamp();
        await using Stream stream = await client.MakeBytesAsync(10, "wait").InTime();
        await stream.ReadExactlyAsync(new byte[10]).InTime();
        Task<int> reading = stream.ReadAsync(new byte[1]).AsTask();

        // Nothing happens in this time, which is what is to be seen.
        _ = await Task.WhenAny(reading, Task.Delay(options.CallTimeout + TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));

        Assert.True(Stopwatch.GetElapsedTime(begun) > options.CallTimeout);
        Assert.False(reading.IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_written_for_a_call_that_is_cancelled_is_no_whole(bool inProcess)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        for (int time = 0; time < 20; time++)
        {
            using var cancellation = new CancellationTokenSource();
            Stream stream = await client.StoreAsync(Sandbox["out"], cancellation.Token).InTime();
            await stream.WriteAsync(new byte[1000]);

            await cancellation.CancelAsync();

            DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => stream.DisposeAsync().InTime());
            Assert.Equal((CancelOutcome.Stopped, cancellation.Token), (exception.Outcome, exception.CancellationToken));
            Assert.False(File.Exists(Sandbox["out"]));
        }

        await using (Stream whole = await client.StoreAsync(Sandbox["out"]).InTime())
        {
            await whole.WriteAsync(new byte[1000]);
        }

        Assert.Equal(1000, new FileInfo(Sandbox["out"]).Length);
    }

    [Fact]
    public async Task Stream_that_was_read_to_its_end_is_not_cancelled_although_nobody_asked_for_the_end()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        for (int time = 0; time < 20; time++)
        {
            await using Stream stream = await client.MakeBytesAsync(1000, "").InTime();
            await stream.ReadExactlyAsync(new byte[1000]).InTime();
            await Settling.UntilAsync(() => client.Daemon.GetStatusAsync().GetAwaiter().GetResult().Task is null, "The task does not end.");
        }

        Assert.DoesNotContain(Sandbox.Log, static line => line.Contains("Cancelling", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Caller_that_is_killed_while_it_writes_does_not_look_as_if_it_had_written_everything()
    {
        TestServiceClient watcher = await Sandbox.ConnectAsync("--continue");
        ToolProcess tool = Sandbox.StartTool("write", Sandbox["out"]);
        _ = await tool.LineAsync("asked");

        tool.Kill();

        DaemonStatus status = await watcher.Daemon.WhenAsync(static status => status.State == DaemonState.Error);
        Assert.Equal("CreateAsync failed: The caller of this task has gone, or has lost the stream, before it had written everything.", status.Message);
    }

    [Fact]
    public async Task Frozen_daemon_does_not_hold_who_closes_its_stream()
    {
        _ = await Sandbox.ConnectAsync();
        DaemonClientOptions options = Sandbox.Options();
        options.StartTimeout = TimeSpan.FromSeconds(3);
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        Stream stream = await client.CreateAsync(Sandbox["out"]).InTime();
        await stream.WriteAsync(new byte[1000]);
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        await daemon.FreezeAsync();

        DaemonUnresponsiveException exception = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => stream.DisposeAsync().InTime());

        Assert.Contains("CreateAsync closes its stream, and may still run.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 100)]
    [InlineData(false, 100)]
    [InlineData(false, 3_000_000)]
    public async Task Failure_of_the_stream_comes_after_the_bytes_before_it(bool inProcess, int count)
    {
        await using TestServiceClient client = await ConnectAsync(inProcess);
        await using Stream stream = await client.MakeBytesAsync(count, "fail").InTime();
        byte[] read = new byte[count];
        await stream.ReadExactlyAsync(read).InTime();
        Assert.Equal(Made(count), read);

        foreach (Func<Task> end in new[] { () => stream.ReadAsync(new byte[1]).AsTask(), () => Task.Run(stream.ReadByte) })
        {
            DaemonRemoteException exception = await Assert.ThrowsAsync<DaemonRemoteException>(() => end().InTime());
            Assert.Equal("The disk has gone.", exception.Message);
        }

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Failure_to_open_is_the_calls()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        DaemonRemoteException exception = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.CreateAsync(Sandbox["missing/folder"]).InTime());

        Assert.Equal(typeof(DirectoryNotFoundException).FullName, exception.RemoteType);
    }

    [Theory]
    [InlineData(true, 3_000_000, "")]
    [InlineData(false, 3_000_000, "")]
    [InlineData(false, 10, "wait")]
    public async Task Stream_that_is_closed_early_frees_the_daemon(bool isAsynchronous, int count, string atEnd)
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "60000");
        for (int time = 0; time < 20; time++)
        {
            Stream stream = await client.MakeBytesAsync(count, atEnd).InTime();
            _ = await stream.ReadAsync(new byte[10]).InTime();
            if (isAsynchronous)
            {
                await stream.DisposeAsync().InTime();
            }
            else
            {
                stream.Dispose();
            }

            // Closed once more, which does nothing.
            await stream.DisposeAsync();
            Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        }
    }

    [Fact]
    public async Task Source_that_hears_no_token_is_ended_by_force()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Stream stream = await client.MakeBytesAsync(10, "ignore").InTime();

        await stream.DisposeAsync().InTime();

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Call_is_cancelled_while_its_stream_is_read()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        TestServiceClient other = await Sandbox.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        await using Stream stream = await client.MakeBytesAsync(10, "wait", cancellationToken: cancellation.Token).InTime();
        await stream.ReadExactlyAsync(new byte[10]).InTime();
        DaemonBusyException busy = await Assert.ThrowsAsync<DaemonBusyException>(() => other.AddAsync(1, 2).InTime());
        Assert.Equal("MakeBytesAsync", busy.Status.Task!.Method);

        await cancellation.CancelAsync();

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => stream.ReadAsync(new byte[1]).InTime());
        Assert.Equal((CancelOutcome.Stopped, cancellation.Token), (exception.Outcome, exception.CancellationToken));
        Assert.Equal(3, await other.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Own_open_stream_is_not_waited_for()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = TimeSpan.FromMinutes(1);
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        await using Stream stream = await client.MakeBytesAsync(10, "wait").InTime();

        DaemonBusyException exception = await Assert.ThrowsAsync<DaemonBusyException>(() => client.AddAsync(1, 2).InTime());

        Assert.Contains("Finish the stream first", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_that_is_killed_does_not_look_as_if_the_stream_had_ended()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        await using Stream stream = await client.MakeBytesAsync(10, "wait").InTime();
        await stream.ReadExactlyAsync(new byte[10]).InTime();
        Task<int> reading = stream.ReadAsync(new byte[1]).AsTask();

        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        await daemon.KillAsync();

        DaemonDisconnectedException exception = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => reading.InTime());
        Assert.True(exception.MayHaveRun);
    }

    [Fact]
    public async Task Stream_that_nobody_reads_or_closes_is_ended_by_the_collector()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "60000");
        TestServiceClient other = await Sandbox.ConnectAsync();
        await ForgetAsync(client);

        using var collecting = new CancellationTokenSource();
        Task collector = Task.Run(() => CollectUntil(collecting.Token), TestContext.Current.CancellationToken);
        _ = await other.Daemon.WhenAsync(static status => status is { Task: null, TasksFinished: 1 });
        await collecting.CancelAsync();
        await collector;

        static void CollectUntil(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static async Task ForgetAsync(TestServiceClient client) => _ = await client.MakeBytesAsync(3_000_000, "").InTime();
    }

    [Fact]
    public async Task Streams_leave_no_descriptor_open()
    {
        await File.WriteAllTextAsync(Sandbox["in"], "content");

        ToolProcess tool = Sandbox.StartTool("streams", Sandbox["in"]);
        string[] counts = (await tool.AnswerAsync()).Split(' ');

        Assert.Equal(counts[0], counts[1]);
    }

    private static byte[] Made(int count) => [.. Enumerable.Range(0, count).Select(static index => (byte)index)];

    private async Task<TestServiceClient> ConnectAsync(bool inProcess) =>
        inProcess ? TestServiceClient.ConnectInProcess(LocalService.Create) : await Sandbox.ConnectAsync();

    private sealed class Received(List<long> reports) : IProgress<long>
    {
        public void Report(long value) => reports.Add(value);
    }
}
