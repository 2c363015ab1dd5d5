using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Protocol;

public sealed class RequestHeaderTests
{
    private static readonly RequestHeader s_ordinary = new(new BuildIdentity(1, 2), 7, 0, 3);

    [Fact]
    public void Call_without_a_chain_has_not_one_byte_more() => Assert.Equal(26, Bytes(s_ordinary).Length);

    [Fact]
    public void Arguments_begin_after_the_chain()
    {
        byte[] bytes = [.. Bytes(s_ordinary with { Chain = ChainOf(3) }), 77];

        var header = RequestHeader.Read(bytes);

        Assert.Equal((3, 26 + 1 + (3 * 16)), (header.ArgumentCount, header.Size));
        Assert.Equal(77, bytes[header.Size]);
    }

    [Fact]
    public void Wait_of_a_call_that_is_made_again_comes_before_the_arguments()
    {
        byte[] bytes = [.. Bytes(s_ordinary with { Wait = 0 }), 77];

        var header = RequestHeader.Read(bytes);

        Assert.Equal(0, header.Wait);
        Assert.Equal((3, 26 + 8), (header.ArgumentCount, header.Size));
        Assert.Equal(77, bytes[header.Size]);
    }

    [Fact]
    public void Limit_travels_as_a_duration_between_wait_and_arguments()
    {
        byte[] bytes = [.. Bytes(s_ordinary with { Wait = 5, Deadline = new Deadline(TimeSpan.FromHours(1)) }), 77];

        var header = RequestHeader.Read(bytes);

        Assert.Equal((5L, 3, 26 + 16), (header.Wait!.Value, header.ArgumentCount, header.Size));
        Assert.InRange(header.Deadline!.Value.Left, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        Assert.Equal(77, bytes[header.Size]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Limit_of_any_length_is_understood(long milliseconds)
    {
        byte[] bytes = Bytes(s_ordinary with { Deadline = new Deadline(TimeSpan.Zero) });
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(26), milliseconds);

        Assert.False(RequestHeader.Read(bytes).Deadline!.Value.HasPassed);
    }

    [Fact]
    public void Header_that_is_cut_is_a_protocol_error()
    {
        byte[] bytes = Bytes(s_ordinary with { Chain = ChainOf(2), Wait = 5, Deadline = new Deadline(TimeSpan.FromHours(1)) });

        Assert.All(Enumerable.Range(0, bytes.Length), length =>
            Assert.Throws<DaemonProtocolException>(() => RequestHeader.Read(bytes.AsSpan(0, length))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(CallChain.MostLinks + 1)]
    [InlineData(255)]
    public void Chain_of_no_link_or_of_too_many_is_a_protocol_error(byte count)
    {
        byte[] bytes = [.. Bytes(s_ordinary with { Chain = ChainOf(1) }), .. new byte[256 * 16]];
        bytes[26] = count;

        Assert.Contains($"chain of {count} calls", Assert.Throws<DaemonProtocolException>(() => RequestHeader.Read(bytes)).Message, StringComparison.Ordinal);
    }

    private static CallChain ChainOf(int links)
    {
        CallChain? chain = null;
        for (int number = 1; number <= links; number++)
        {
            chain = CallChain.Append(chain, new DaemonTaskId(1, number));
        }

        return chain!;
    }

    private static byte[] Bytes(RequestHeader header)
    {
        byte[] bytes = new byte[header.Size];
        header.Write(bytes);
        return bytes;
    }
}
