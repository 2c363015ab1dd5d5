using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Lifecycle;

/// <summary>A client's side of a watch: statuses as they come, then the end of the connection.</summary>
internal sealed class StatusWatch : PendingCall
{
    // Of a consumer that is slower than 50 a second for long the oldest are dropped. Each status comes with how many there were
    // up to it, so that the next one that is taken tells exactly how many were dropped before it.
    private readonly Channel<(DaemonStatus Status, long Total)> _statuses = Channel.CreateBounded<(DaemonStatus Status, long Total)>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });

    private DaemonStatus? _latest;
    private long _total;

    /// <summary>The statuses, in order; ends when the connection has ended. To be read once.</summary>
    public async IAsyncEnumerable<DaemonStatus> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long told = 0;
        await foreach ((DaemonStatus status, long total) in _statuses.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            long missed = Math.Max(0, total - told - 1);
            told = total;
            yield return status.After(missed);
        }
    }

    /// <summary>Asks the daemon. False when the session is closed.</summary>
    public bool TryStart(ClientSession session)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        frame.GetSpan(1)[0] = 1;
        frame.Advance(1);
        return session.TryStart(this, FrameKind.StatusQuery, frame);
    }

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        DaemonStatus status = StatusMessage.Read(payload);
        bool overtakes = _latest is not null && status.Missed == 0 && status.Overtakes(_latest);
        _total += status.Missed + (overtakes ? 0 : 1);
        _latest = status;
        _ = _statuses.Writer.TryWrite((status, _total));
    }

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => _statuses.Writer.TryComplete();

    public override void OnClosed(SessionEnd end) => _statuses.Writer.TryComplete();
}
