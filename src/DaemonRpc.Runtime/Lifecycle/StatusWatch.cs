using System.Threading.Channels;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Lifecycle;

/// <summary>A client's side of a watch: statuses as they come, then the end of the connection.</summary>
internal sealed class StatusWatch : PendingCall
{
    // A consumer that is slower than 50 a second for long loses the oldest; the sequence numbers show it.
    private readonly Channel<DaemonStatus> _statuses = Channel.CreateBounded<DaemonStatus>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });

    /// <summary>Completes when the connection has ended.</summary>
    public ChannelReader<DaemonStatus> Statuses => _statuses.Reader;

    /// <summary>Asks the daemon. False when the session is closed.</summary>
    public bool TryStart(ClientSession session)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        frame.GetSpan(1)[0] = 1;
        frame.Advance(1);
        return session.TryStart(this, FrameKind.StatusQuery, frame);
    }

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload) => _statuses.Writer.TryWrite(StatusMessage.Read(payload));

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => _statuses.Writer.TryComplete();

    public override void OnClosed(SessionEnd end) => _statuses.Writer.TryComplete();
}
