using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Runtime.Tests.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.Runtime.Tests.Session;

public sealed class SendQueueTests : IDisposable
{
    private const int Senders = 4;
    private const int FramesEach = 300;

    private readonly ScriptedChannel _channel = new();

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(10_000)]
    public async Task Frames_are_neither_torn_nor_reordered_however_slowly_the_peer_reads(int room)
    {
        _channel.Room = room;
        _channel.PeerReads.Reset();
        var queue = new SendQueue(_channel);

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Patience.InThread(() =>
        {
            for (int number = 0; number < FramesEach; number++)
            {
                Assert.True(queue.Send(Frame((uint)sender, number)));
            }
        })));
        _channel.PeerReads.Set();
        Assert.True(await Patience.InThread(() => queue.Drain(Patience.Limit)));

        var reader = new FrameReader(new ScriptedChannel(_channel.Sent));
        int[] next = new int[Senders];
        while (reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
        {
            Assert.Equal(next[header.CallId]++, BinaryPrimitives.ReadInt32LittleEndian(payload));
        }

        Assert.All(next, count => Assert.Equal(FramesEach, count));
        queue.Close();
    }

    [Fact]
    public async Task Queue_is_full_with_more_bytes_than_it_may_have_and_not_with_as_many()
    {
        _channel.Room = 0;
        _channel.PeerReads.Reset();
        var queue = new SendQueue(_channel, mostBytes: 2 * Frame(1, 1).Length);

        Assert.True(queue.Send(Frame(1, 1)));
        Assert.True(queue.Send(Frame(1, 2)));
        Assert.False(queue.IsFull);
        Assert.True(queue.Send(Frame(1, 3)));
        Assert.True(queue.IsFull);

        _channel.PeerReads.Set();
        Assert.True(await Patience.InThread(() => queue.Drain(Patience.Limit)));
        Assert.False(queue.IsFull);
    }

    [Theory]
    [InlineData(int.MaxValue, true)]
    [InlineData(0, false)]
    [InlineData(4, false)]
    public async Task Frame_for_now_goes_out_at_once_or_is_known_not_to_have(int room, bool expected)
    {
        _channel.Room = room;
        _channel.PeerReads.Reset();
        var queue = new SendQueue(_channel);

        Assert.Equal(expected, await Patience.InThread(() => queue.TrySendAtOnce(Frame(1, 1))));

        // What was begun is completed: what follows is not taken for its rest.
        Assert.True(queue.Send(Frame(2, 2)));
        _channel.PeerReads.Set();
        Assert.True(await Patience.InThread(() => queue.Drain(Patience.Limit)));
        var reader = new FrameReader(new ScriptedChannel(_channel.Sent));
        List<uint> heard = [];
        while (reader.TryRead(out FrameHeader header, out _))
        {
            heard.Add(header.CallId);
        }

        Assert.Equal(room == 0 ? [2u] : [1u, 2u], heard);
        queue.Close();
    }

    [Fact]
    public void Frame_for_now_does_not_overtake_what_waits()
    {
        _channel.Room = 0;
        _channel.PeerReads.Reset();
        var queue = new SendQueue(_channel);
        Assert.True(queue.Send(Frame(1, 1)));
        _channel.Room = int.MaxValue;

        Assert.False(queue.TrySendAtOnce(Frame(2, 2)));

        queue.Close();
        Assert.False(queue.TrySendAtOnce(Frame(3, 3)));
        _channel.Shutdown();
    }

    [Fact]
    public async Task Nobody_is_held_up_by_a_peer_that_does_not_read()
    {
        _channel.Room = 0;
        _channel.PeerReads.Reset();
        var queue = new SendQueue(_channel);

        await Patience.InThread(() => queue.Send(Frame(1, 1)));

        Assert.False(queue.IsEmpty);
        Assert.False(queue.Drain(TimeSpan.Zero));
        queue.Close();
        _channel.Shutdown();
    }

    [Fact]
    public void Closed_queue_sends_nothing_and_says_so()
    {
        var queue = new SendQueue(_channel);
        queue.Close();
        var call = new RecordedCall();

        Assert.False(queue.Send(Frame(1, 1), call));
        Assert.False(call.WhollyWritten);
        Assert.Empty(_channel.Sent);
    }

    [Fact]
    public async Task Call_of_which_the_peer_can_have_everything_is_marked_before_it_can()
    {
        // Were it marked after the last byte, a daemon that ran it and died could be taken for one that never had it.
        _channel.Room = 10;
        var call = new RecordedCall();
        FrameBuffer frame = Frame(1, 1);
        int length = frame.Frame.Length;
        var marked = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _channel.Taking = bytes =>
        {
            if (_channel.Sent.Length + bytes.Length == length)
            {
                _ = marked.TrySetResult(call.WhollyWritten);
            }
        };
        var queue = new SendQueue(_channel);

        Assert.True(queue.Send(frame, call));

        Assert.True(await marked.Task.Soon());
        queue.Close();
    }

    [Fact]
    public async Task Call_of_which_the_peer_lacks_a_byte_is_not_marked()
    {
        _channel.Room = 10;
        _channel.PeerReads.Reset();
        var call = new RecordedCall();
        var queue = new SendQueue(_channel);

        await Patience.InThread(() => queue.Send(Frame(1, 1), call));

        Assert.False(call.WhollyWritten);
        queue.Close();
        _channel.Shutdown();
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(70_000)]
    [InlineData(100_016)]
    public async Task Attachment_may_be_changed_when_it_was_sent_or_queued(int room)
    {
        _channel.Room = room;
        _channel.PeerReads.Reset();
        var queue = new SendQueue(_channel);
        byte[] attachment = AttachmentTests.Bytes(100_000);
        byte[] kept = [.. attachment];

        Assert.True(queue.Send(AttachmentTests.Frame([], attachment).Finish(FrameKind.Item, 1)));
        Array.Clear(attachment);
        Assert.True(queue.Send(AttachmentTests.Frame([], attachment).Finish(FrameKind.Item, 2)));
        Array.Fill(attachment, (byte)5);
        Assert.True(queue.Send(Frame(3, 3)));
        _channel.PeerReads.Set();
        Assert.True(await Patience.InThread(() => queue.Drain(Patience.Limit)));

        var reader = new FrameReader(new ScriptedChannel(_channel.Sent)) { MaxPayloadBytes = FrameLimits.Default };
        Assert.True(reader.TryRead(out _, out _));
        Assert.Equal(kept, reader.TakeAttachment());
        Assert.True(reader.TryRead(out _, out _));
        Assert.Equal(new byte[100_000], reader.TakeAttachment());
        Assert.True(reader.TryRead(out FrameHeader last, out _));
        Assert.Equal(3u, last.CallId);
        queue.Close();
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(100_016)]
    public async Task Attachment_of_a_call_is_sent_from_where_it_is(int room)
    {
        _channel.Room = room;
        var queue = new SendQueue(_channel);
        var call = new RecordedCall();
        byte[] attachment = AttachmentTests.Bytes(100_000);

        Assert.True(queue.Send(AttachmentTests.Frame([], attachment).Finish(FrameKind.Request, 1), call));
        Assert.True(await Patience.InThread(() => queue.Drain(Patience.Limit)));

        Assert.True(call.WhollyWritten);
        var reader = new FrameReader(new ScriptedChannel(_channel.Sent)) { MaxPayloadBytes = FrameLimits.Default };
        Assert.True(reader.TryRead(out _, out _));
        Assert.Equal(attachment, reader.TakeAttachment());
        queue.Close();
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(6_300, true)]
    [InlineData(6_000, false)]
    [InlineData(1, false)]
    public async Task Attachment_is_waited_for_while_the_peer_reads_but_not_for_long(int roomPerWait, bool expected)
    {
        (_channel.Room, _channel.RoomPerWait) = (0, roomPerWait);
        _channel.PeerReads.Reset();
        var queue = new SendQueue(_channel);
        var call = new RecordedCall();
        byte[] attachment = AttachmentTests.Bytes(100_000);

        Assert.True(queue.Send(AttachmentTests.Frame([], attachment).Finish(FrameKind.Request, 1), call));

        Assert.Equal(expected, queue.IsEmpty);
        Assert.Equal(expected, call.WhollyWritten);
        Assert.InRange(_channel.Waits, 1, 16);
        _channel.PeerReads.Set();
        Assert.True(await Patience.InThread(() => queue.Drain(Patience.Limit)));
        Assert.Equal(attachment, _channel.Sent[^attachment.Length..]);
        queue.Close();
    }

    [Fact]
    public void Peer_that_does_not_read_is_waited_for_once()
    {
        _channel.Room = 0;
        _channel.PeerReads.Reset();
        var queue = new SendQueue(_channel);

        Assert.True(queue.Send(AttachmentTests.Frame([], new byte[100_000]).Finish(FrameKind.Item, 1)));
        Assert.True(queue.Send(AttachmentTests.Frame([], new byte[100_000]).Finish(FrameKind.Item, 1)));

        Assert.Equal(1, _channel.Waits);
        queue.Close();
        _channel.Shutdown();
    }

    private static FrameBuffer Frame(uint sender, int number)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        BinaryPrimitives.WriteInt32LittleEndian(frame.GetSpan(sizeof(int)), number);
        frame.Advance(sizeof(int));
        return frame.Finish(FrameKind.Item, sender);
    }
}
