using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Session;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class ItemBatchTests : IDisposable
{
    private const int Most = 1000;

    private readonly ScriptedChannel _channel = new();
    private readonly ItemCredit _credit = new(1);
    private readonly ItemBatch _batch;

    public ItemBatchTests() => _batch = new ItemBatch(new ServerSession(_channel, null!, 1000, new ReaderThreads()), 7, _credit, "FindAsync", Most, new ItemFlusher());

    public void Dispose() => _channel.Dispose();

    [Fact]
    public void First_item_goes_out_at_once_and_those_that_follow_quickly_go_together()
    {
        Add(3);
        Assert.Single(Frames());

        // Quickly or not, all of them are there in their order when it is flushed.
        for (int length = 4; length < 50; length++)
        {
            Add(length);
        }

        _batch.Flush();

        Assert.Equal(Enumerable.Range(3, 47), Frames().SelectMany(Lengths));
        Assert.False(_batch.HasItems);
    }

    [Fact]
    public async Task What_is_left_goes_out_though_nothing_more_happens()
    {
        for (int number = 0; number < 20; number++)
        {
            Add(1);
        }

        await Patience.InThread(() => Patience.Until(() => !_batch.HasItems));
        Assert.Equal(20, Frames().Sum(frame => Lengths(frame).Count));
    }

    [Fact]
    public void Item_that_is_too_large_or_cannot_be_written_leaves_the_others()
    {
        Add(3);
        Add(4);
        Assert.Contains("item of FindAsync", Assert.Throws<DaemonProtocolException>(() => Add(Most + 1)).Message, StringComparison.Ordinal);
        _ = _batch.Begin().GetSpan(100);
        _batch.Undo();
        Add(Most);
        _batch.Flush();

        Assert.Equal([3, 4, Most], Frames().SelectMany(Lengths));
    }

    [Fact]
    public async Task Client_that_has_enough_is_waited_for_between_frames()
    {
        Add(3);
        _batch.Flush();
        ValueTask waiting = _batch.WaitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _credit.Add(1000);

        await waiting.Soon();
    }

    [Fact]
    public void Items_and_reports_keep_their_order_in_frames_of_their_own()
    {
        _credit.Add(10_000);
        Add(3);
        Report(4);
        Report(5);
        Add(6);
        Add(7);
        Report(8);
        _batch.Close();

        Assert.Equal(
            [(FrameKind.Item, 3), (FrameKind.Progress, 4), (FrameKind.Progress, 5), (FrameKind.Item, 6), (FrameKind.Item, 7), (FrameKind.Progress, 8)],
            AllFrames().SelectMany(frame => Lengths(frame.Payload).Select(length => (frame.Kind, length))));
    }

    [Fact]
    public void Report_that_is_too_large_leaves_the_others()
    {
        _credit.Add(10_000);
        Report(3);
        Assert.Contains("progress report of FindAsync", Assert.Throws<DaemonProtocolException>(() => Report(Most + 1)).Message, StringComparison.Ordinal);
        Report(4);
        _batch.Flush();

        Assert.Equal([3, 4], AllFrames().SelectMany(frame => Lengths(frame.Payload)));
    }

    [Fact]
    public async Task Report_after_the_end_is_dropped_and_one_that_waits_ends()
    {
        Add(3);
        _batch.Flush();
        Task waiting = Patience.InThread(() => Report(4));

        _batch.Close();

        await waiting;
        Report(5);
        _batch.Flush();
        Assert.Equal([3], AllFrames().SelectMany(frame => Lengths(frame.Payload)));
    }

    /// <remarks>A handler that reports before each of its items would otherwise never wait for its caller: something always waits to be sent.</remarks>
    [Fact]
    public async Task Item_waits_for_credit_though_a_report_waits_to_be_sent()
    {
        _credit.Add(100_000);
        for (int round = 0; round < 20; round++)
        {
            Add(1);
            Report(2);
            _credit.Spend(1_000_000);
            ValueTask waiting = _batch.WaitAsync(CancellationToken.None);
            Assert.False(waiting.IsCompleted);
            Assert.Null(_batch.TryBegin());

            _credit.Add(1_000_000);

            await waiting.Soon();
        }
    }

    [Fact]
    public async Task Report_waits_for_credit_though_an_item_waits_to_be_sent()
    {
        _credit.Add(100_000);
        for (int round = 0; round < 20; round++)
        {
            Report(1);
            Add(2);
            _credit.Spend(1_000_000);
            int reported = 0;
            Task reporting = Patience.InThread(() =>
            {
                Report(3);
                Volatile.Write(ref reported, 1);
            });
            Patience.Until(() => !_batch.HasItems);
            Assert.Equal(0, Volatile.Read(ref reported));

            _credit.Add(1_000_000);

            await reporting;
        }
    }

    private void Report(int length) => _batch.AddReport(new byte[length], static () => default);

    private void Add(int length)
    {
        System.Buffers.IBufferWriter<byte> output = _batch.Begin();
        _ = output.GetSpan(length);
        output.Advance(length);
        _batch.End();
    }

    private List<byte[]> Frames()
    {
        List<(FrameKind Kind, byte[] Payload)> frames = AllFrames();
        Assert.All(frames, frame => Assert.Equal(FrameKind.Item, frame.Kind));
        return frames.ConvertAll(frame => frame.Payload);
    }

    private List<(FrameKind Kind, byte[] Payload)> AllFrames()
    {
        var frames = new List<(FrameKind Kind, byte[] Payload)>();
        var reader = new FrameReader(new ScriptedChannel(_channel.Sent));
        while (reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
        {
            Assert.Equal(7u, header.CallId);
            frames.Add((header.Kind, payload.ToArray()));
        }

        return frames;
    }

    private static List<int> Lengths(byte[] frame)
    {
        var lengths = new List<int>();
        for (int offset = 0; offset < frame.Length; offset += sizeof(int) + lengths[^1])
        {
            lengths.Add(BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(offset)));
        }

        return lengths;
    }
}
