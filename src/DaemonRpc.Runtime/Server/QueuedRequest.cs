using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>A client's request that waits in the queue.</summary>
/// <param name="create">Creates its task.</param>
/// <param name="start">Runs the task.</param>
/// <param name="refuse">Tells the client why the request did not start.</param>
internal sealed class QueuedRequest(Func<RunningTask> create, Action<RunningTask> start, Action<RefusalReason, DaemonStatus> refuse) : QueuedCall
{
    public override RunningTask Create() => create();

    public override void Start(RunningTask task) => start(task);

    public override void TellQueued() => Owner.Send(FrameKind.Queued, CallId, FrameBuffer.Rent());

    public override bool TryTellStarted() => Owner.TrySendAtOnce(FrameKind.Started, CallId, FrameBuffer.Rent());

    public override void Refuse(RefusalReason reason, DaemonStatus status) => refuse(reason, status);
}
