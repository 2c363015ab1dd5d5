using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CsCheck;
using DaemonRpc.Framing;
using DaemonRpc.Transport;
using Microsoft.Extensions.Time.Testing;

namespace DaemonRpc.Runtime.Tests.Framing;

public sealed class FrameReaderTests
{
    [Fact]
    public void Frame_cut_at_any_byte_is_read_whole()
    {
        byte[] two = [.. Frame(FrameKind.Item, 7, [1, 2, 3]), .. Frame(FrameKind.Result, 8, [])];
        for (int cut = 0; cut <= two.Length; cut++)
        {
            var reader = new FrameReader(new ScriptedChannel([.. new[] { two[..cut], two[cut..] }.Where(piece => piece.Length > 0)]));

            Assert.Equal((FrameKind.Item, 7u, "010203"), Read(reader));
            Assert.Equal((FrameKind.Result, 8u, ""), Read(reader));
            Assert.False(reader.TryRead(out _, out _));
        }
    }

    [Fact]
    public void Frames_are_read_however_the_bytes_are_cut() =>
        Gen.Select(Gen.Int[0, 20_000].Array[1, 6], Gen.Int[1, 9_000].Array[1, 50]).Sample((sizes, cuts) =>
        {
            byte[][] payloads = [.. sizes.Select((size, index) => Enumerable.Range(0, size).Select(value => (byte)(value + index)).ToArray())];
            byte[] all = [.. payloads.SelectMany((payload, index) => Frame(FrameKind.Item, (uint)index, payload))];
            var reader = new FrameReader(new ScriptedChannel([.. Cut(all, cuts)]));

            foreach (byte[] payload in payloads)
            {
                Assert.True(reader.TryRead(out _, out ReadOnlySpan<byte> read));
                Assert.True(read.SequenceEqual(payload));
            }

            Assert.False(reader.TryRead(out _, out _));
        });

    [Fact]
    public void Frame_that_ends_early_is_an_end_of_the_stream()
    {
        byte[] frame = Frame(FrameKind.Item, 1, [1, 2, 3]);
        for (int length = 1; length < frame.Length; length++)
        {
            var reader = new FrameReader(new ScriptedChannel(frame[..length]));

            _ = Assert.Throws<EndOfStreamException>(() => reader.TryRead(out _, out _));
        }
    }

    [Fact]
    public void Frame_over_the_limit_is_refused_before_room_is_made_for_it()
    {
        var channel = new ScriptedChannel(Frame(FrameKind.Hello, 0, [], announced: 200_000_000), new byte[100_000]);
        var reader = new FrameReader(channel) { MaxPayloadBytes = 1000 };

        DaemonProtocolException refused = Assert.Throws<DaemonProtocolException>(() => reader.TryRead(out _, out _));
        Assert.Contains("200000000", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1000", refused.Message, StringComparison.Ordinal);
        Assert.True(channel.LargestOffer <= 4096);
    }

    [Fact]
    public void What_a_frame_announces_is_believed_only_as_it_comes()
    {
        var channel = new ScriptedChannel(Frame(FrameKind.Item, 0, [], announced: 200_000_000), new byte[5000]);
        var reader = new FrameReader(channel) { MaxPayloadBytes = int.MaxValue };

        _ = Assert.Throws<EndOfStreamException>(() => reader.TryRead(out _, out _));
        Assert.True(channel.LargestOffer <= 1024 * 1024);
    }

    [Fact]
    public void Large_frame_does_not_keep_its_buffer()
    {
        byte[] large = new byte[3_000_000];
        var channel = new ScriptedChannel(Frame(FrameKind.Item, 1, large), Frame(FrameKind.Item, 2, [5]));
        var reader = new FrameReader(channel) { MaxPayloadBytes = FrameLimits.Default };

        Assert.True(reader.TryRead(out _, out ReadOnlySpan<byte> payload));
        Assert.Equal(large.Length, payload.Length);
        Assert.Equal((FrameKind.Item, 2u, "05"), Read(reader));
    }

    [Fact]
    public void Large_frame_is_copied_at_most_once_while_it_comes()
    {
        const int Size = 5_000_000;
        byte[][] pieces = [.. Cut(Frame(FrameKind.Item, 1, new byte[Size]), [10_000])];
        var reader = new FrameReader(new ScriptedChannel(pieces)) { MaxPayloadBytes = FrameLimits.Default };

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(reader.TryRead(out _, out ReadOnlySpan<byte> payload));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(Size, payload.Length);
        // 1, 2 and 4 MiB, and the whole of it.
        Assert.InRange(allocated, Size, (7 * 1024 * 1024) + Size + 100_000);
    }

    [Fact]
    public void Buffer_of_a_large_frame_is_let_go_of_before_the_next_frame_is_waited_for()
    {
        WeakReference? large = null;
        bool? isHeld = null;
        byte[] next = Frame(FrameKind.Item, 2, [5]);
        using var channel = new ScriptedChannel(Frame(FrameKind.Item, 1, new byte[3_000_000]), next[..4], next[4..])
        {
            Receiving = left =>
            {
                if (left == 1)
                {
                    GC.Collect();
                    isHeld = large!.IsAlive;
                }
            },
        };
        var reader = new FrameReader(channel) { MaxPayloadBytes = FrameLimits.Default };

        large = ReadLarge(reader);
        Assert.Equal((FrameKind.Item, 2u, "05"), Read(reader));
        Assert.False(isHeld);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference ReadLarge(FrameReader reader)
        {
            Assert.True(reader.TryRead(out _, out _));
            Assert.True(MemoryMarshal.TryGetArray(reader.Payload, out ArraySegment<byte> payload));
            return new WeakReference(payload.Array);
        }
    }

    [Fact]
    public void Read_that_is_not_to_wait_leaves_off_after_a_millisecond_though_bytes_come()
    {
        byte[] frame = Frame(FrameKind.Item, 7, [1, 2, 3]);
        int received = 0;
        var clock = new FakeTimeProvider();
        using var channel = new ScriptedChannel([.. frame.Select(single => new[] { single })])
        {
            Receiving = _ =>
            {
                received++;
                clock.Advance(TimeSpan.FromMicroseconds(300));
            },
        };
        var reader = new FrameReader(channel, clock: clock);

        // The fourth begins after 0.9 ms.
        Assert.False(reader.TryRead(out _, out _, waits: false));
        Assert.True(reader.IsSilent);
        Assert.Equal(4, received);

        // Each read has a millisecond of its own.
        Assert.False(reader.TryRead(out _, out _, waits: false));
        Assert.Equal(8, received);
        Assert.Equal((FrameKind.Item, 7u, "010203"), Read(reader));
    }

    internal static byte[] Frame(FrameKind kind, uint callId, byte[] payload, int? announced = null)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(kind, callId, announced ?? payload.Length).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    private static (FrameKind Kind, uint CallId, string Payload) Read(FrameReader reader)
    {
        Assert.True(reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload));
        return (header.Kind, header.CallId, Convert.ToHexString(payload));
    }

    private static IEnumerable<byte[]> Cut(byte[] all, int[] cuts)
    {
        for (int start = 0, index = 0; start < all.Length; index++)
        {
            int count = Math.Min(cuts[index % cuts.Length], all.Length - start);
            yield return all[start..(start + count)];
            start += count;
        }
    }

    [Fact]
    public void Frame_that_trickles_gets_no_more_time_than_silence()
    {
        byte[] bytes = [.. FrameBuffer.Rent().Finish(FrameKind.Stop, 7).Frame];
        var channel = new ScriptedChannel([.. bytes.Select(single => new[] { single })]);
        var reader = new FrameReader(channel) { Until = new Deadline(TimeSpan.FromHours(1)) };

        Assert.True(reader.TryRead(out FrameHeader header, out _));
        Assert.Equal(7u, header.CallId);
        reader.Until = null;

        // Once when it was set, once before each piece, and once to lift it.
        Assert.Equal(bytes.Length + 2, channel.ReceiveTimeouts.Count);
        Assert.Equal(channel.ReceiveTimeouts[..^1].OrderDescending(), channel.ReceiveTimeouts[..^1]);
        Assert.Equal(Timeout.InfiniteTimeSpan, channel.ReceiveTimeouts[^1]);
    }
}
