using System.Buffers;
using CsCheck;
using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Framing;

public sealed class FrameBufferTests
{
    [Fact]
    public void Frame_is_header_and_payload_however_it_is_written() =>
        Gen.Byte.Array[0, 5000].Array[0, 6].Sample(pieces =>
        {
            FrameBuffer frame = FrameBuffer.Rent();
            foreach (byte[] piece in pieces)
            {
                frame.Write(piece);
            }

            byte[] payload = [.. pieces.SelectMany(piece => piece)];
            Assert.Equal(FrameReaderTests.Frame(FrameKind.Status, 9, payload), frame.Finish(FrameKind.Status, 9).Frame.ToArray());
            frame.Return();
        });

    [Fact]
    public void Rented_frame_is_empty_whatever_was_in_it()
    {
        FrameBuffer used = FrameBuffer.Rent();
        used.Write("left over"u8);
        used.Return();

        // Others rent too; among as many as are kept is the one that was used.
        FrameBuffer[] rented = [.. Enumerable.Range(0, 32).Select(_ => FrameBuffer.Rent())];

        Assert.All(rented, frame => Assert.Equal(0, frame.PayloadLength));
    }

    [Fact]
    public void Truncated_frame_ends_there()
    {
        FrameBuffer frame = FrameBuffer.Rent();
        frame.Write("keep, drop"u8);
        frame.Truncate(4);
        frame.Write("!"u8);

        Assert.Equal("keep!"u8, frame.Payload);
    }

    [Fact]
    public void Frame_around_bytes_has_its_header_in_front_of_them()
    {
        byte[] bytes = [.. new byte[20], .. "payload"u8];

        FrameBuffer frame = FrameBuffer.Around(bytes, 20 - FrameHeader.Size, bytes.Length);

        Assert.Equal(FrameReaderTests.Frame(FrameKind.Request, 3, [.. "payload"u8]), frame.Finish(FrameKind.Request, 3).Frame.ToArray());
        Assert.Equal("payload"u8, frame.Payload);
    }

    [Fact]
    public void Header_is_read_as_it_was_written() =>
        Gen.Select(Gen.Byte[0, 127], Gen.UInt, Gen.Int[0, int.MaxValue], Gen.Bool).Sample((kind, callId, length, isAttached) =>
        {
            bool hasAttachment = isAttached && (FrameKind)kind is FrameKind.Request or FrameKind.Result or FrameKind.Item;
            var header = new FrameHeader((FrameKind)kind, callId, length) { HasAttachment = hasAttachment };
            byte[] bytes = new byte[FrameHeader.Size];
            header.Write(bytes);

            return FrameHeader.Read(bytes) == header;
        });
}
