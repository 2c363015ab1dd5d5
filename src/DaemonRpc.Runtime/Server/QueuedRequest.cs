using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>A client's request that waits for the running task to end.</summary>
/// <param name="asked">The request.</param>
/// <param name="start">Runs its task.</param>
/// <param name="refuse">Tells the client why it did not start.</param>
internal sealed class QueuedRequest(in AskedTask asked, Action<RunningTask> start, Action<RefusalReason, DaemonStatus> refuse) : QueuedCall(asked)
{
    public override void Start(RunningTask task) => start(task);

    public override void TellQueued() => Owner.Send(FrameKind.Queued, CallId, FrameBuffer.Rent());

    public override bool TryTellStarted() => Owner.TrySendAtOnce(FrameKind.Started, CallId, FrameBuffer.Rent());

    public override void Refuse(RefusalReason reason, DaemonStatus status) => refuse(reason, status);
}
