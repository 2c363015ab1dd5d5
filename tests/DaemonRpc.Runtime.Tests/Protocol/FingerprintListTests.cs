using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Protocol;

public sealed class FingerprintListTests
{
    private static readonly long[] s_fingerprints = [1, -2, long.MinValue];

    [Fact]
    public void Fingerprints_arrive_in_hello_and_welcome()
    {
        Assert.Equal(s_fingerprints, Hello.Read(Bytes(new Hello { Methods = s_fingerprints }.Write)).Methods);
        Assert.Equal(s_fingerprints, Welcome.Read(Bytes(new Welcome { Methods = s_fingerprints }.Write)).Methods);
    }

    [Fact]
    public void Equal_lists_are_kept_once()
    {
        Hello one = Hello.Read(Bytes(new Hello { Methods = s_fingerprints }.Write), null);

        Assert.Same(one.Methods, Hello.Read(Bytes(new Hello { Methods = s_fingerprints }.Write), one).Methods);
        Assert.Equal([1], Hello.Read(Bytes(new Hello { Methods = [1] }.Write), one).Methods);
        Assert.Empty(Hello.Read(Bytes(new Hello().Write), one).Methods);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(9)]
    public void Part_of_a_fingerprint_is_refused(int length)
    {
        _ = Assert.Throws<DaemonProtocolException>(() => Hello.Read(Bytes(output =>
        {
            new Hello().Write(output);
            new FieldWriter(output).Write(20, new byte[length].AsSpan());
        })));
        _ = Assert.Throws<DaemonProtocolException>(() => Welcome.Read(Bytes(output =>
        {
            new Welcome().Write(output);
            new FieldWriter(output).Write(20, new byte[length].AsSpan());
        })));
    }

    private static byte[] Bytes(Action<FrameBuffer> write)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        write(frame);
        return frame.Payload.ToArray();
    }
}
