using System.Buffers;
using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Tasks;

/// <summary>Log messages beside items and reports.</summary>
public sealed class ItemBatchLogTests : IDisposable
{
    private readonly ScriptedChannel _channel = new();
    private readonly ItemCredit _credit = new(100_000);
    private readonly ItemBatch _batch;

    public ItemBatchLogTests() =>
        _batch = new ItemBatch(new ServerSession(_channel, null!, 1000, new ReaderThreads()), 7, _credit, "FindAsync", 1000, new ItemFlusher(), log: new LogBacklog());

    public void Dispose() => _channel.Dispose();

    [Fact]
    public void Items_reports_and_messages_keep_their_order_in_frames_of_their_own()
    {
        Item(1);
        Log("a");
        Log("b");
        Report(2);
        Log("c");
        Item(3);
        _batch.Close();

        Assert.Equal(["item 1", "a", "b", "report 2", "c", "item 3"], Told());
    }

    /// <remarks>Writing an item runs user code: its thread may wait for a lock under which the other logs.</remarks>
    [Fact]
    public void Message_does_not_wait_for_an_item_that_another_thread_writes()
    {
        IBufferWriter<byte> output = _batch.Begin();
        var other = new Thread(() =>
        {
            Log("a");
            Log("b");
        });
        other.Start();
        Assert.True(other.Join(Patience.Limit));
        Complete(output, 1);
        Log("c");
        _batch.Close();

        Assert.Equal(["item 1", "a", "b", "c"], Told());
    }

    [Fact]
    public void Message_of_an_items_own_code_comes_after_the_item()
    {
        IBufferWriter<byte> output = _batch.Begin();
        Log("a");
        Complete(output, 1);
        _ = _batch.Begin();
        Log("b");
        _batch.Undo();
        _batch.Close();

        Assert.Equal(["item 1", "a", "b"], Told());
    }

    [Fact]
    public void Messages_beyond_the_credit_are_lost_and_counted_with_the_next_or_at_the_end()
    {
        _credit.Spend(100_000 + FrameLimits.LogRoom);
        Log("a");
        Log("b");
        _credit.Add(1000);
        Log("c");
        _credit.Spend(100_000);
        Log("d");
        _batch.Close();

        Assert.Equal(["2 lost, c", "1 lost, "], Told());
    }

    [Fact]
    public void Messages_that_wait_for_a_writer_without_end_are_lost_and_counted()
    {
        IBufferWriter<byte> output = _batch.Begin();
        string text = new('x', 10_000);
        for (int number = 0; number < 100; number++)
        {
            Log(text);
        }

        Complete(output, 1);
        _batch.Close();

        Assert.Equal(["item 1", $"93 lost, {text}", .. Enumerable.Repeat(text, 6)], Told());
    }

    /// <remarks>A thread that sends has no code of the user's to wait for. It may be long without a processor.</remarks>
    [Fact]
    public async Task Messages_wait_for_whoever_sends_rather_than_to_be_lost()
    {
        using var sender = new HeldSender();
        var batch = new ItemBatch(sender, 7, new ItemCredit(10_000_000), "FindAsync", 1000, new ItemFlusher(), log: new LogBacklog());
        Complete(batch, batch.Begin(), 1);
        Task sending = Patience.InThread(() =>
        {
            Complete(batch, batch.Begin(), 2);
            batch.Flush();
        });
        await sender.Held.Soon();
        Task logging = Patience.InThread(() =>
        {
            for (int number = 0; number < 100; number++)
            {
                Log(batch, new string('x', 10_000));
            }
        });
        await Patience.PassAsync(TimeSpan.FromMilliseconds(50));

        sender.LetGo();
        await Task.WhenAll(sending, logging);
        batch.Close();

        Assert.Equal((100, 0), (sender.Messages.Count, sender.Messages.Count(static message => message.Lost > 0)));
    }

    [Fact]
    public void Message_after_the_end_is_dropped()
    {
        Log("a");
        _batch.Close();
        Log("b");
        _batch.Close();

        Assert.Equal(["a"], Told());
    }

    [Fact]
    public async Task Item_waits_for_credit_though_a_message_waits_to_be_sent()
    {
        for (int round = 0; round < 20; round++)
        {
            Item(1);
            Log("a");
            _credit.Spend(1_000_000);
            ValueTask waiting = _batch.WaitAsync(CancellationToken.None);
            Assert.False(waiting.IsCompleted);
            Assert.Null(_batch.TryBegin());

            _credit.Add(1_000_000);

            await waiting.Soon();
        }
    }

    private void Log(string text) => Log(_batch, text);

    private static void Log(ItemBatch batch, string text)
    {
        var output = new ArrayBufferWriter<byte>();
        new LoggedMessage { Level = LogLevel.Information, Text = text }.Write(output);
        batch.AddLog(output.WrittenSpan.ToArray());
    }

    private void Report(byte value) => _batch.AddReport([value], static () => default);

    private void Item(byte value) => Complete(_batch.Begin(), value);

    private void Complete(IBufferWriter<byte> output, byte value) => Complete(_batch, output, value);

    private static void Complete(ItemBatch batch, IBufferWriter<byte> output, byte value)
    {
        output.Write([value]);
        batch.End();
    }

    private List<string> Told()
    {
        var told = new List<string>();
        var reader = new FrameReader(new ScriptedChannel(_channel.Sent)) { MaxPayloadBytes = FrameLimits.Default };
        while (reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
        {
            for (int offset = 0; offset < payload.Length;)
            {
                ReadOnlySpan<byte> part = payload.Slice(offset + sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(payload[offset..]));
                offset += sizeof(int) + part.Length;
                told.Add(header.Kind switch
                {
                    FrameKind.Item => $"item {part[0]}",
                    FrameKind.Progress => $"report {part[0]}",
                    _ => LoggedMessage.Read(part) is { Lost: > 0 } lost ? $"{lost.Lost} lost, {lost.Text}" : LoggedMessage.Read(part).Text,
                });
            }
        }

        return told;
    }

    /// <summary>A connection at which the second frame waits until the test lets it go.</summary>
    private sealed class HeldSender : IFrameSender, IDisposable
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _gate = new();
        private int _frames;

        public List<LoggedMessage> Messages { get; } = [];

        public Task Held => _held.Task;

        public bool IsFull => false;

        public void LetGo() => _gate.Set();

        public bool TryAwaitRoom(Action onRoom) => false;

        public void Send(FrameKind kind, uint callId, FrameBuffer frame)
        {
            if (++_frames == 2)
            {
                _held.SetResult();
                _gate.Wait();
            }

            for (int offset = 0; kind == FrameKind.Log && offset < frame.PayloadLength;)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(frame.Payload[offset..]);
                Messages.Add(LoggedMessage.Read(frame.Payload.Slice(offset + sizeof(int), length)));
                offset += sizeof(int) + length;
            }
        }

        public void Dispose() => _gate.Dispose();
    }
}
