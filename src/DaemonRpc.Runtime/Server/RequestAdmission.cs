using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Telemetry;
using DaemonRpc.Transport;

namespace DaemonRpc.Server;

/// <summary>Turns a request into a task at once, queues it, or refuses it.</summary>
/// <param name="slot">The slot of the running task.</param>
/// <param name="runner">Runs the task.</param>
/// <param name="welcome">The daemon's introduction.</param>
/// <param name="refuse">Tells a client that its request was not started, why, and what the daemon was doing.</param>
/// <param name="onDeadlinePassed">Cancels a task that has taken longer than its client allowed.</param>
/// <param name="clock">The clock of waits and deadlines; null for real time.</param>
internal sealed class RequestAdmission(
    TaskSlot slot, TaskRunner runner, Welcome welcome, Action<ServerSession, uint, RefusalReason, DaemonStatus> refuse, Action<RunningTask> onDeadlinePassed,
    TimeProvider? clock = null)
{
    private readonly DeadlineWatch _deadlines = new(onDeadlinePassed, clock: clock);

    /// <summary>Enforces the running task's deadline if the system gave no thread for it. Called now and then by other threads.</summary>
    public void Look() => _deadlines.Look();

    /// <summary>Starts a request, queues it, or refuses it.</summary>
    /// <param name="session">The client's session.</param>
    /// <param name="callId">The call's id in the session.</param>
    /// <param name="request">The request's header.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="arguments">The request's arguments. Copied, unless a task is returned.</param>
    /// <param name="onReader">Whether the caller is the connection's reader, which runs a returned task.</param>
    /// <returns>The task, if the caller must run it; otherwise null.</returns>
    public RunningTask? Admit(ServerSession session, uint callId, in RequestHeader request, string name, ReadOnlyMemory<byte> arguments, bool onReader)
    {
        AskedTask asked = clock is null
            ? new AskedTask(session, session.Peer.ProcessId, callId, request, name, runner)
            : new AskedTask(session, session.Peer.ProcessId, callId, request.On(clock), name, runner);
        if (asked.Request.Deadline is { HasPassed: true })
        {
            // The deadline passed while the request waited for the handler to be created.
            refuse(session, callId, RefusalReason.WaitedTooLong, slot.Status);
        }
        else if (slot.TryAdmit(asked, out RunningTask? admitted, out DaemonStatus? status))
        {
            _deadlines.Watch(admitted);
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

    // A method of its own, so that its closures cost nothing for a request that is admitted or refused at once.
    private void Wait(in AskedTask asked, byte[] arguments, long milliseconds)
    {
        (ServerSession session, uint callId, RequestHeader request) = (asked.Owner, asked.CallId, asked.Request);
        long since = DaemonMetrics.Now();
        var queued = new QueuedRequest(
            asked,
            task =>
            {
                DaemonMetrics.Waited(welcome.Id, since);
                _deadlines.Watch(task);
                runner.Start(task, arguments);
            },
            (reason, atThatTime) => refuse(session, callId, reason, atThatTime))
        {
            Bytes = arguments.Length + (request.Attachment?.Length ?? 0),
            Deadline = Deadline.Earlier(Deadline.Of(milliseconds, clock), request.Deadline),
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

    // Whether the caller is code of the daemon's own process to which no context has flowed, such as a worker thread of the handler.
    // Only for a launched daemon, which has a log: in any other process, the program around the daemon may be an independent client.
    private bool IsThisProcess(ServerSession session, in RequestHeader request) =>
        request.Chain is null && welcome.LogPath.Length > 0 && session.Peer.ProcessId == welcome.ProcessId;
}
