using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;

namespace DaemonRpc.Server;

/// <summary>Makes tasks of requests: at once, when their turn comes, or not at all.</summary>
/// <param name="slot">Where one task has room.</param>
/// <param name="runner">Runs it.</param>
/// <param name="welcome">What the daemon is.</param>
/// <param name="refuse">Tells a client that its request was not started, why, and what the daemon was doing.</param>
/// <param name="onLimitPassed">Cancels a task that has taken longer than its client allowed.</param>
internal sealed class RequestAdmission(
    TaskSlot slot, TaskRunner runner, Welcome welcome, Action<ServerSession, uint, RefusalReason, DaemonStatus> refuse, Action<RunningTask> onLimitPassed)
{
    private readonly TaskLimits _limits = new(onLimitPassed);

    /// <summary>Sees to the limit of the running task where no thread does. For whoever comes by now and then.</summary>
    public void Look() => _limits.Look();

    /// <summary>Starts a request, has it wait, or refuses it.</summary>
    /// <param name="session">Whose it is.</param>
    /// <param name="callId">Which of its calls.</param>
    /// <param name="request">Its header.</param>
    /// <param name="name">The method.</param>
    /// <param name="arguments">Its arguments. Copied, unless a task is returned.</param>
    /// <param name="onReader">Whether the caller is the connection's reader, and runs what is returned.</param>
    /// <returns>The task, if the caller is to run it.</returns>
    public RunningTask? Admit(ServerSession session, uint callId, in RequestHeader request, string name, ReadOnlyMemory<byte> arguments, bool onReader)
    {
        var asked = new AskedTask(session, session.Peer.ProcessId, callId, request, name, runner);
        if (request.Limit is { HasPassed: true })
        {
            // While it waited for the handler to be made.
            refuse(session, callId, RefusalReason.WaitedTooLong, slot.Status);
        }
        else if (slot.TryAdmit(asked, out RunningTask? admitted, out DaemonStatus? status))
        {
            _limits.Watch(admitted);
            if (onReader && runner.RunsOnReaders)
            {
                return admitted;
            }

            runner.Start(admitted, arguments.ToArray());
        }
        else if (status.Task is null)
        {
            refuse(session, callId, RefusalReason.Stopping, status);
        }
        else if (IsThisProcess(session, request))
        {
            refuse(session, callId, RefusalReason.Reentrant, status);
        }
        else if ((request.Wait ?? session.Hello.BusyTimeout) is var wait and not 0)
        {
            Wait(asked, arguments.ToArray(), wait);
        }
        else
        {
            refuse(session, callId, RefusalReason.Busy, status);
        }

        return null;
    }

    // Apart from the above, so that a request that is admitted or refused at once pays nothing for it.
    private void Wait(in AskedTask asked, byte[] arguments, long milliseconds)
    {
        (ServerSession session, uint callId, RequestHeader request) = (asked.Owner, asked.CallId, asked.Request);
        var queued = new QueuedRequest(
            asked,
            task =>
            {
                _limits.Watch(task);
                runner.Start(task, arguments);
            },
            (reason, atThatTime) => refuse(session, callId, reason, atThatTime))
        {
            Bytes = arguments.Length + (request.Attachment?.Length ?? 0),
            Limit = Deadline.Earlier(Deadline.Of(milliseconds), request.Limit),
        };
        RefusalReason? refusal = slot.Enter(queued, out DaemonStatus status) switch
        {
            QueueEntry.OwnStream => RefusalReason.OwnStream,
            QueueEntry.Full => RefusalReason.QueueFull,
            QueueEntry.Draining => status.Task is null ? RefusalReason.Stopping : RefusalReason.Busy,
            _ => null,
        };
        if (refusal is { } reason)
        {
            refuse(session, callId, reason, status);
        }
    }

    // Code of the daemon's process that no context has flowed to, such as a thread that the handler hands its work to. Only
    // where the process was launched to be the daemon, and has a log: elsewhere others live in it too, and may be busy clients.
    private bool IsThisProcess(ServerSession session, in RequestHeader request) =>
        request.Chain is null && welcome.LogPath.Length > 0 && session.Peer.ProcessId == welcome.ProcessId;
}
