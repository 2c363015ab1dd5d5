using System.Buffers;
using DaemonRpc.Calls;
using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Calls;

public sealed class ArgumentBufferTests
{
    private const int HeaderSize = 26;

    private readonly ArgumentBuffer _arguments = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void Frame_has_the_arguments_behind_the_header_each_time_it_is_made(int size)
    {
        byte[] arguments = Bytes(size);
        _arguments.Write(arguments);

        FrameBuffer first = Make(1);
        FrameBuffer second = Make(2);

        Assert.Equal(size, _arguments.Length);
        Assert.Equal([.. Header(1), .. arguments], first.Payload.ToArray());
        Assert.Equal([.. Header(2), .. arguments], second.Payload.ToArray());
    }

    [Fact]
    public void Large_arguments_are_sent_from_where_they_were_written_once()
    {
        _arguments.Write(Bytes(100_000));

        FrameBuffer first = Make(1);
        FrameBuffer second = Make(2);

        Assert.True(_arguments.Arguments == first.Payload[HeaderSize..]);
        Assert.False(_arguments.Arguments == second.Payload[HeaderSize..]);
    }

    [Fact]
    public void Header_that_is_larger_than_the_room_in_front_is_written_all_the_same()
    {
        const int LargeHeader = 300;
        byte[] arguments = Bytes(100_000);
        _arguments.Write(arguments);

        FrameBuffer frame = _arguments.ToFrame(LargeHeader, _arguments.Arguments.Length);

        Assert.Equal(LargeHeader + arguments.Length, frame.PayloadLength);
        Assert.Equal(arguments, frame.Payload[LargeHeader..].ToArray());
    }

    [Fact]
    public void Frame_that_is_still_being_sent_stays_as_it_is_when_the_next_call_is_made()
    {
        byte[] arguments = Bytes(100_000);
        _arguments.Write(arguments);
        FrameBuffer sent = Make(1);

        _arguments.Clear();
        _arguments.Write(new byte[100_000]);
        FrameBuffer next = Make(2);

        Assert.Equal([.. Header(1), .. arguments], sent.Payload.ToArray());
        Assert.Equal([.. Header(2), .. new byte[100_000]], next.Payload.ToArray());
        Assert.True(_arguments.Arguments == next.Payload[HeaderSize..]);
    }

    [Fact]
    public void Arguments_of_more_than_2_GB_are_counted()
    {
        _arguments.Advance(int.MaxValue - 1000);
        Assert.True(_arguments.TryAttach(new byte[100_000]));

        Assert.Equal(int.MaxValue - 1000 + 100_000L, _arguments.Length);
        _ = Assert.Throws<TooLargeException>(() => _arguments.GetSpan(1000).Length);
    }

    private static byte[] Bytes(int size) => [.. Enumerable.Range(0, size).Select(value => (byte)value)];

    private static byte[] Header(byte value) => [.. Enumerable.Repeat(value, HeaderSize)];

    private FrameBuffer Make(byte header)
    {
        FrameBuffer frame = _arguments.ToFrame(HeaderSize, _arguments.Arguments.Length);
        frame.Payload[..HeaderSize].Fill(header);
        return frame;
    }
}
