using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Protocol;

public sealed class TraceContextTests
{
    private const int Begin = 26;

    private static readonly RequestHeader s_ordinary = new(new BuildIdentity(1, 2), 7, 0, 3);

    [Fact]
    public void Comes_last_before_the_arguments()
    {
        byte[] bytes = [.. Bytes(s_ordinary with { Wait = 5, Descriptors = 2, Trace = ContextOf("a=1") }), 77];

        var header = RequestHeader.Read(bytes);

        Assert.Equal((3, Begin + 8 + 1 + 27 + 3), (header.ArgumentCount, header.Size));
        Assert.Equal(77, bytes[header.Size]);
        TraceContext trace = header.Trace!;
        Assert.Equal((1, "a=1", true), (trace.Flags, trace.State, trace.IsValid));
        Assert.Equal(Ids(), (byte[])[.. trace.TraceId, .. trace.SpanId]);
    }

    [Fact]
    public void Call_outside_every_trace_has_not_one_byte_more()
    {
        Assert.Equal(Begin, Bytes(s_ordinary).Length);
        Assert.Null(RequestHeader.Read(Bytes(s_ordinary)).Trace);
    }

    [Fact]
    public void Header_that_is_cut_is_a_protocol_error()
    {
        byte[] bytes = Bytes(s_ordinary with { Trace = ContextOf("a=1") });

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Throws<DaemonProtocolException>(() => RequestHeader.Read(bytes.AsSpan(0, length))));
    }

    [Theory]
    [InlineData(TraceContext.MostState + 1)]
    [InlineData(ushort.MaxValue)]
    public void State_that_is_too_long_is_a_protocol_error(int length)
    {
        byte[] bytes = [.. Bytes(s_ordinary with { Trace = ContextOf("a=1") }), .. new byte[ushort.MaxValue]];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(Begin + 25), (ushort)length);

        Assert.Contains($"a state of {length} bytes", Assert.Throws<DaemonProtocolException>(() => RequestHeader.Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((byte)0)]
    [InlineData((byte)'\n')]
    [InlineData((byte)0xE4)]
    public void State_that_is_none_is_left_out(byte garbage)
    {
        byte[] bytes = [.. Bytes(s_ordinary with { Trace = ContextOf("a=1") }), 77];
        bytes[Begin + 28] = garbage;

        Assert.Null(RequestHeader.Read(bytes).Trace!.State);
        Assert.Equal(77, bytes[RequestHeader.Read(bytes).Size]);
    }

    [Fact]
    public void State_that_is_too_long_is_not_sent() => Assert.Null(ContextOf(new string('a', TraceContext.MostState + 1)).State);

    [Theory]
    [InlineData(0, 16)]
    [InlineData(16, 8)]
    public void Zeros_are_no_id(int start, int count)
    {
        byte[] ids = Ids();
        ids.AsSpan(start, count).Clear();

        Assert.False(new TraceContext(1, ids, null).IsValid);
    }

    [Fact]
    public void Welcome_of_an_older_daemon_says_that_it_reads_none()
    {
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        new FieldWriter(written).Write(1, ProtocolVersion.Current);

        Assert.False(Welcome.Read(written.WrittenSpan).ReadsTraces);
        new Welcome().Write(written);
        Assert.True(Welcome.Read(written.WrittenSpan).ReadsTraces);
    }

    private static TraceContext ContextOf(string state) => new(1, Ids(), state);

    private static byte[] Ids() => [.. Enumerable.Range(1, TraceContext.IdsSize).Select(static number => (byte)number)];

    private static byte[] Bytes(RequestHeader header)
    {
        byte[] bytes = new byte[header.Size];
        header.Write(bytes);
        return bytes;
    }
}
