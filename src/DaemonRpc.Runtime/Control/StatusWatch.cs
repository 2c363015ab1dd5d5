using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Control;

/// <summary>A client's side of a watch over one connection: statuses as they come, then the connection's end.</summary>
/// <param name="from">The last status of the same daemon that the watch was told over an earlier connection, or null.</param>
internal sealed class StatusWatch(DaemonStatus? from = null) : PendingCall
{
    // Of a consumer that is slower than 50 a second for long the oldest are dropped. Their places tell how many they were.
    private readonly Channel<DaemonStatus> _statuses = Channel.CreateBounded<DaemonStatus>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });

    // Before the first that came: what the consumer lost of this connection counts, what was before it does not.
    private long? _toldBefore = from?.Place;

    /// <summary>The statuses, in order, each with how many were lost before it; ends when the connection has ended. To be read once.</summary>
    public async IAsyncEnumerable<DaemonStatus> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? told = null;
        await foreach (DaemonStatus status in _statuses.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            // A report that overtakes the one before it has the same place.
            long missed = Math.Max(0, status.Place - (told ?? _toldBefore ?? 0) - 1);
            told = status.Place;
            yield return status.After(missed);
        }
    }

    /// <summary>Asks the daemon. False when the session is closed.</summary>
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
