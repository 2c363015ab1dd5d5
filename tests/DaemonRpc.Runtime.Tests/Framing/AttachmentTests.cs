using System.Buffers.Binary;
using CsCheck;
using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Framing;

public sealed class AttachmentTests
{
    private const int Megabyte = 1024 * 1024;

    // Around every size at which something else is done.
    private static readonly Gen<int> s_sizes = Gen.OneOf(
        Gen.Int[Attachment.LeastSize, Attachment.LeastSize + 2],
        Gen.Int[(64 * 1024) - 1, (64 * 1024) + 1],
        Gen.Int[Megabyte - 1, Megabyte + 1],
        Gen.Int[(8 * Megabyte) - 1, (8 * Megabyte) + 9]);

    [Fact]
    public void Attachment_is_read_whole_however_the_bytes_are_cut() =>
        Gen.Select(s_sizes.Array[1, 3], Gen.Int[0, 9_000], Gen.Int[1, 300_000].Array[1, 20]).Sample(
            (sizes, before, cuts) =>
            {
                byte[][] attachments = [.. sizes.Select(Bytes)];
                byte[] all = [.. attachments.SelectMany((attachment, index) => Sent(Frame(new byte[before], attachment).Finish(FrameKind.Item, (uint)index)))];
                var reader = new FrameReader(new ScriptedChannel([.. Cut([.. all, .. FrameReaderTests.Frame(FrameKind.Cancel, 9, [])], cuts)])) { MaxPayloadBytes = FrameLimits.Default };

                for (int index = 0; index < attachments.Length; index++)
                {
                    Assert.True(reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload));
                    Assert.Equal((uint)index, header.CallId);
                    byte[]? attachment = reader.TakeAttachment();
                    Assert.Null(reader.TakeAttachment());
                    Assert.True(attachment.AsSpan().SequenceEqual(attachments[index]));
                    Assert.Equal(before + sizeof(int), payload.Length);
                    Assert.True(Attachment.TryRead(payload[before..], ref attachment, out byte[]? value));
                    Assert.Equal(attachments[index].Length, value!.Length);
                }

                Assert.True(reader.TryRead(out FrameHeader last, out _));
                Assert.Equal(FrameKind.Cancel, last.Kind);
                Assert.Null(reader.TakeAttachment());
            },
            iter: 40);

    [Fact]
    public void Frames_are_read_on_where_a_read_that_did_not_wait_has_left_off() =>
        Gen.Select(
            Gen.OneOf(Gen.Int[0, 20_000], s_sizes).Array[1, 4],
            Gen.OneOf(Gen.Int[1, 30], Gen.Int[1, 9_000], Gen.Int[1, 300_000]).Array[1, 20],
            Gen.Bool.Array[1, 10],
            Gen.Bool.Array[1, 10]).Sample(
            (sizes, cuts, silences, waits) =>
            {
                byte[][] values = [.. sizes.Select(Bytes)];
                byte[] all = [.. values.SelectMany((value, index) => value.Length < Attachment.LeastSize
                    ? FrameReaderTests.Frame(FrameKind.Item, (uint)index, value)
                    : Sent(Frame([1, 2, 3], value).Finish(FrameKind.Item, (uint)index)))];

                // Before some of the pieces nothing is there yet.
                byte[][] pieces = [.. Cut(all, cuts).SelectMany((piece, index) => silences[index % silences.Length] ? new[] { [], piece } : [piece])];
                var reader = new FrameReader(new ScriptedChannel(pieces)) { MaxPayloadBytes = FrameLimits.Default };
                int reads = 0;
                for (int index = 0; index < values.Length; index++)
                {
                    FrameHeader header;
                    ReadOnlySpan<byte> payload;
                    while (!reader.TryRead(out header, out payload, waits[reads % waits.Length]))
                    {
                        Assert.True(reader.IsSilent);
                        Assert.False(waits[reads % waits.Length]);
                        reads++;
                    }

                    Assert.Equal((uint)index, header.CallId);
                    byte[]? attachment = reader.TakeAttachment();
                    Assert.True((attachment ?? payload).SequenceEqual(values[index]));
                    Assert.True(attachment is null || (Attachment.TryRead(payload[3..], ref attachment, out _) && payload.StartsWith(new byte[] { 1, 2, 3 })));
                }

                Assert.False(reader.TryRead(out _, out _));
                Assert.False(reader.IsSilent);
            },
            iter: 200);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Attachment.LeastSize - 1)]
    public void Small_array_is_no_attachment(int size) => Assert.False(Attachment.TryWrite(FrameBuffer.Rent(), new byte[size]));

    [Fact]
    public void Frame_has_one_attachment()
    {
        FrameBuffer frame = Frame([], Bytes(Attachment.LeastSize));

        Assert.False(Attachment.TryWrite(frame, Bytes(Attachment.LeastSize)));

        // Another one when the first is forgotten.
        frame.Truncate(0);
        Assert.Equal(0, frame.WholeLength);
        Assert.True(Attachment.TryWrite(frame, Bytes(Attachment.LeastSize)));
    }

    [Fact]
    public void Limit_counts_the_array_and_not_how_it_travels()
    {
        byte[] frame = Sent(Frame([], Bytes(100_000)).Finish(FrameKind.Result, 1));

        Assert.True(new FrameReader(new ScriptedChannel(frame)) { MaxPayloadBytes = 100_000 + sizeof(int) }.TryRead(out _, out _));
        _ = Assert.Throws<DaemonProtocolException>(() => new FrameReader(new ScriptedChannel(frame)) { MaxPayloadBytes = 100_000 + sizeof(int) - 1 }.TryRead(out _, out _));
    }

    [Theory]
    [InlineData(100, 97)]
    [InlineData(100, int.MaxValue)]
    [InlineData(3, 0)]
    [InlineData(0, 0)]
    public void Attachment_that_is_longer_than_its_frame_is_refused(int announced, int attachment)
    {
        byte[] bytes = [.. Header(FrameKind.Item, announced, attachment), .. new byte[100]];

        _ = Assert.Throws<DaemonProtocolException>(() => new FrameReader(new ScriptedChannel(bytes)).TryRead(out _, out _));
    }

    [Theory]
    [InlineData((byte)FrameKind.Hello)]
    [InlineData((byte)FrameKind.Cancel)]
    [InlineData((byte)FrameKind.Status)]
    public void Only_values_have_an_attachment(byte kind)
    {
        var reader = new FrameReader(new ScriptedChannel([.. Header((FrameKind)kind, 104, 100), .. new byte[100]]));

        // Of the others there are kinds that nobody knows.
        Assert.True(reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload));
        Assert.Equal(0x80 | kind, (byte)header.Kind);
        Assert.Equal(104, payload.Length);
        Assert.Null(reader.TakeAttachment());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3 * Megabyte)]
    public void Attachment_that_does_not_come_is_not_believed(int comes)
    {
        const int Announced = 200_000_000;
        var reader = new FrameReader(new ScriptedChannel(Header(FrameKind.Request, Announced + 4, Announced), new byte[comes])) { MaxPayloadBytes = FrameLimits.Default };

        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = Assert.Throws<EndOfStreamException>(() => reader.TryRead(out _, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (2 * comes) + (2 * Megabyte));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(16_000_000)]
    public void Attachment_takes_little_more_memory_than_the_array(int size)
    {
        byte[][] pieces = [.. Cut(Sent(Frame([], new byte[size]).Finish(FrameKind.Result, 1)), [64 * 1024])];
        var reader = new FrameReader(new ScriptedChannel(pieces)) { MaxPayloadBytes = FrameLimits.Default };
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(reader.TryRead(out _, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, size, (size * 5L / 4) + Megabyte);
        Assert.Equal(size, reader.TakeAttachment()!.Length);
    }

    [Fact]
    public void Own_attachment_is_what_it_was()
    {
        byte[] bytes = Bytes(100_000);
        FrameBuffer frame = Frame([], bytes).Finish(FrameKind.Item, 1);
        byte[] whole = Sent(frame);

        frame.OwnAttachment(sent: 50_000);
        Array.Clear(bytes, 50_000, 50_000);

        Assert.Equal(whole[50_000..], frame.From(50_000).ToArray());
        frame.Return();
    }

    internal static FrameBuffer Frame(byte[] before, byte[] attachment)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        before.CopyTo(frame.GetSpan(before.Length));
        frame.Advance(before.Length);
        Assert.True(Attachment.TryWrite(frame, attachment));
        return frame;
    }

    internal static byte[] Sent(FrameBuffer frame) => [.. frame.Frame, .. frame.Attachment];

    internal static byte[] Bytes(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Header(FrameKind kind, int announced, int attachment)
    {
        byte[] bytes = new byte[FrameHeader.Size + sizeof(int)];
        new FrameHeader(kind, 1, announced) { HasAttachment = true }.Write(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(FrameHeader.Size), attachment);
        return bytes;
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
}
