using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Control;

/// <summary>The client's side of a status watch over one connection.</summary>
/// <param name="from">The last status of the same daemon that the watch received over an earlier connection, or null.</param>
internal sealed class StatusWatch(DaemonStatus? from = null) : PendingCall
{
    // If a consumer stays slower than 50 statuses a second, the oldest are dropped. Their running numbers tell how many.
    private readonly Channel<DaemonStatus> _statuses = Channel.CreateBounded<DaemonStatus>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });

    // The status before this connection's first: losses on this connection count, earlier ones do not.
    private long? _toldBefore = from?.Place;

    /// <summary>Streams the statuses in order, each with the number lost before it, until the connection ends. Can be read once.</summary>
    public async IAsyncEnumerable<DaemonStatus> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? told = null;
        await foreach (DaemonStatus status in _statuses.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            // A report that replaces the previous one has the same running number.
            long missed = Math.Max(0, status.Place - (told ?? _toldBefore ?? 0) - 1);
            told = status.Place;
            yield return status.After(missed);
        }
    }

    /// <summary>Asks the daemon for its statuses. Returns false when the session is closed.</summary>
    public bool TryStart(ClientSession session)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        new StatusQuery(Watch: true, session.Welcome.Incarnation, from?.Sequence ?? 0).Write(frame);
        return session.TryStart(this, FrameKind.StatusQuery, frame);
    }

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        DaemonStatus status = StatusMessage.Read(payload);
        _toldBefore ??= status.Place - 1;
        _ = _statuses.Writer.TryWrite(status);
    }

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => _statuses.Writer.TryComplete();

    public override void OnClosed(SessionEnd end) => _statuses.Writer.TryComplete();
}
