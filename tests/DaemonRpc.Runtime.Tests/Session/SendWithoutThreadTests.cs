using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Runtime.Tests.Framing;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>Sending to a peer that reads slowly, where the system gives no thread to wait for it.</summary>
/// <remarks>An answer that was too long for the socket lay there for as long as there was no thread, and was cut off when a force came first.</remarks>
public sealed class SendWithoutThreadTests : IDisposable
{
    private const int Frames = 200;
    private const int LargestTail = 100_000;

    private readonly ParkedChannels _parked = new();
    private readonly SocketChannel _ours;
    private readonly SocketChannel _theirs;

    public SendWithoutThreadTests() => (_ours, _theirs) = SocketChannels.Create();

    public void Dispose()
    {
        _theirs.Dispose();
        _ours.Dispose();
        _parked.Close();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task All_arrives_in_order(int seed)
    {
        var queue = new SendQueue(_ours, _parked, None);
        var random = new Random(seed);
        Task<int[]> heard = Patience.InThread(() => Read(Frames));
        for (int number = 0; number < Frames; number++)
        {
            Assert.True(queue.Send(Frame(number, random.Next(4) == 0 ? random.Next(Attachment.LeastSize, LargestTail) : 0)));
        }

        Assert.True(await Patience.InThread(() => queue.Drain(Patience.Limit)));
        Assert.Equal(Enumerable.Range(0, Frames), await heard.Soon());
        Assert.True(queue.IsEmpty);
        Assert.Null(queue.Failure);
        queue.Close();
    }

    [Fact]
    public async Task Peer_that_reads_nothing_for_long_gets_all_when_it_does()
    {
        var queue = new SendQueue(_ours, _parked, None);
        for (int number = 0; number < Frames; number++)
        {
            Assert.True(queue.Send(Frame(number, LargestTail)));
        }

        Assert.False(queue.IsEmpty);
        Assert.Equal(Enumerable.Range(0, Frames), await Patience.InThread(() => Read(Frames)));
        Assert.True(await Patience.InThread(() => queue.Drain(Patience.Limit)));
        queue.Close();
    }

    [Fact]
    public async Task Who_waits_for_room_is_told_when_the_peer_has_read_some()
    {
        var queue = new SendQueue(_ours, _parked, None, mostBytes: LargestTail);
        int sent = 0;
        while (!queue.IsFull)
        {
            Assert.True(queue.Send(Frame(sent++, LargestTail)));
        }

        var room = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(queue.TryAwaitRoom(() => room.SetResult(!queue.IsFull)));
        Assert.False(room.Task.IsCompleted);
        _ = Patience.InThread(() => Read(sent));

        Assert.True(await room.Task.Soon());
        Assert.False(queue.TryAwaitRoom(() => Assert.Fail("There was room.")));
        Assert.True(await Patience.InThread(() => queue.Drain(Patience.Limit)));
        queue.Close();
    }

    [Fact]
    public async Task Who_waits_for_room_is_told_when_the_peer_leaves()
    {
        var queue = new SendQueue(_ours, _parked, None, mostBytes: LargestTail);
        while (!queue.IsFull)
        {
            Assert.True(queue.Send(Frame(0, LargestTail)));
        }

        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(queue.TryAwaitRoom(room.SetResult));
        _theirs.Shutdown();

        await room.Task.Soon();
        Assert.False(queue.Send(Frame(1, 0)));
    }

    [Fact]
    public async Task Peer_that_leaves_ends_the_waiting()
    {
        var queue = new SendQueue(_ours, _parked, None);
        while (queue.IsEmpty)
        {
            Assert.True(queue.Send(Frame(0, LargestTail)));
        }

        _theirs.Shutdown();

        Assert.False(await Patience.InThread(() => queue.Drain(Patience.Limit)));
        Assert.False(queue.Send(Frame(1, 0)));
    }

    [Fact]
    public void Where_nobody_can_wait_the_connection_is_given_up()
    {
        _parked.Close();
        var queue = new SendQueue(_ours, _parked, None);
        while (queue.IsEmpty && queue.Send(Frame(0, LargestTail)) && queue.Failure is null)
        {
        }

        Assert.Contains("thread", queue.Failure!.Message, StringComparison.Ordinal);
        Assert.False(queue.Send(Frame(1, 0)));
    }

    private static bool None(string name, Action work) => false;

    private static FrameBuffer Frame(int number, int attachment)
    {
        byte[] first = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(first, number);
        return attachment == 0 ? Whole(first) : AttachmentTests.Frame(first, new byte[attachment]).Finish(FrameKind.Item, 1);
    }

    private static FrameBuffer Whole(byte[] payload)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        payload.CopyTo(frame.GetSpan(payload.Length));
        frame.Advance(payload.Length);
        return frame.Finish(FrameKind.Item, 1);
    }

    private int[] Read(int count)
    {
        var reader = new FrameReader(_theirs) { MaxPayloadBytes = FrameLimits.Default };
        int[] heard = new int[count];
        for (int number = 0; number < count; number++)
        {
            Assert.True(reader.TryRead(out _, out ReadOnlySpan<byte> payload));
            heard[number] = BinaryPrimitives.ReadInt32LittleEndian(payload);
        }

        return heard;
    }
}
