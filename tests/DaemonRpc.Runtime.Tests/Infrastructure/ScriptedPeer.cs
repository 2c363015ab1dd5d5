using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>One end of a connection that says exactly what the test tells it to, right or wrong, or nothing.</summary>
internal sealed class ScriptedPeer(IByteChannel channel) : IDisposable
{
    private readonly FrameReader _reader = new(channel) { MaxPayloadBytes = FrameLimits.Default };

    public IByteChannel Channel => channel;

    public void Say(FrameKind kind, uint callId, Action<IBufferWriter<byte>>? write = null)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        write?.Invoke(frame);
        channel.Send(frame.Finish(kind, callId).Frame);
        frame.Return();
    }

    public void SayBytes(params byte[] bytes) => channel.Send(bytes);

    /// <summary>The next frame, or null when the other end closed.</summary>
    public Task<HeardFrame?> HearAsync() => Patience.InThread<HeardFrame?>(() =>
    {
        try
        {
            return _reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload)
                ? new HeardFrame(header.Kind, header.CallId, payload.ToArray())
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    });

    /// <summary>The next frame, which must be of that kind.</summary>
    public async Task<HeardFrame> HearAsync(FrameKind kind)
    {
        HeardFrame? heard = await HearAsync();
        Assert.NotNull(heard);
        Assert.Equal(kind, heard.Kind);
        return heard;
    }

    public void Leave() => channel.Shutdown();

    public void Dispose()
    {
        channel.Shutdown();
        channel.Dispose();
    }
}

internal sealed record HeardFrame(FrameKind Kind, uint CallId, byte[] Payload);
