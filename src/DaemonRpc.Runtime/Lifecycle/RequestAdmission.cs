using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;

namespace DaemonRpc.Lifecycle;

/// <summary>Makes tasks of requests: at once, when their turn comes, or not at all.</summary>
/// <param name="slot">Where one task has room.</param>
/// <param name="runner">Runs it.</param>
/// <param name="welcome">What the daemon is.</param>
/// <param name="clock">Says when a task began.</param>
/// <param name="refuse">Tells a client that its request was not started, why, and what the daemon was doing.</param>
/// <param name="onLimitPassed">Cancels a task that has taken longer than its client allowed.</param>
internal sealed class RequestAdmission(
    TaskSlot slot, TaskRunner runner, Welcome welcome, TimeProvider clock, Action<ServerSession, uint, RefusalReason, DaemonStatus> refuse, Action<RunningTask> onLimitPassed)
{
    private readonly TaskLimits _limits = new(onLimitPassed);
    private long _lastTask;

    /// <summary>Starts a request, has it wait, or refuses it. Takes the arguments over.</summary>
    /// <param name="session">Whose it is.</param>
    /// <param name="callId">Which of its calls.</param>
    /// <param name="request">Its header.</param>
    /// <param name="name">The method.</param>
    /// <param name="arguments">Its arguments.</param>
    public void Admit(ServerSession session, uint callId, RequestHeader request, string name, byte[] arguments)
    {
        // These and no more: an ordinary call allocates what its task is made from.
        (uint credit, CallChain? chain, Deadline? limit) = (request.Credit, request.Chain, request.Limit);
        if (limit is { HasPassed: true })
        {
            // While it waited for the handler to be made.
            refuse(session, callId, RefusalReason.WaitedTooLong, slot.Status);
        }
        else if (slot.TryAdmit(() => Describe(session, callId, credit, chain, limit, name), out RunningTask? admitted, out DaemonStatus status))
        {
            Start(admitted, request.Method, arguments, request.ArgumentCount);
        }
        else if (status.Task is null)
        {
            refuse(session, callId, RefusalReason.Stopping, status);
        }
        else if (IsThisProcess(session, request))
        {
            refuse(session, callId, RefusalReason.Reentrant, status);
        }
        else if ((request.Wait ?? session.Hello.BusyWait) is var wait and not 0)
        {
            Wait(session, callId, request, name, arguments, wait);
        }
        else
        {
            refuse(session, callId, RefusalReason.Busy, status);
        }
    }

    // Apart from the above, so that a request that is admitted or refused at once pays nothing for it.
    private void Wait(ServerSession session, uint callId, RequestHeader request, string name, byte[] arguments, long milliseconds)
    {
        var queued = new QueuedRequest(
            () => Describe(session, callId, request.Credit, request.Chain, request.Limit, name),
            task => Start(task, request.Method, arguments, request.ArgumentCount),
            (reason, atThatTime) => refuse(session, callId, reason, atThatTime))
        {
            Owner = session,
            CallId = callId,
            ClientProcessId = session.Peer.ProcessId,
            Bytes = arguments.Length,
            Limit = Deadline.Earlier(Deadline.Of(milliseconds), request.Limit),
        };
        RefusalReason? refusal = slot.Enter(queued, out DaemonStatus status) switch
        {
            LineEntry.OwnStream => RefusalReason.OwnStream,
            LineEntry.Full => RefusalReason.QueueFull,
            LineEntry.Draining => status.Task is null ? RefusalReason.Stopping : RefusalReason.Busy,
            _ => null,
        };
        if (refusal is { } reason)
        {
            refuse(session, callId, reason, status);
        }
    }

    private void Start(RunningTask task, uint method, byte[] arguments, int argumentCount)
    {
        _limits.Watch(task);
        runner.Start(task, method, arguments, argumentCount);
    }

    // Code of the daemon's process that no context has flowed to, such as a thread that the handler hands its work to. Only
    // where the process was launched to be the daemon, and has a log: elsewhere others live in it too, and may be busy clients.
    private bool IsThisProcess(ServerSession session, RequestHeader request) =>
        request.Chain is null && welcome.LogPath.Length > 0 && session.Peer.ProcessId == welcome.ProcessId;

    private RunningTask Describe(ServerSession session, uint callId, uint credit, CallChain? chain, Deadline? limit, string name) => new()
    {
        Description = new DaemonTask
        {
            Id = new DaemonTaskId(welcome.Birth, ++_lastTask),
            Method = name,
            StartedAt = clock.GetUtcNow(),
            ClientProcessId = session.Peer.ProcessId,
        },
        Owner = session,
        CallId = callId,
        Caller = new DaemonCaller
        {
            ProcessId = session.Peer.ProcessId,
            UserId = session.Peer.UserId,
            WorkingDirectory = session.Hello.WorkingDirectory,
            Environment = session.Hello.Environment,
            CultureName = session.Hello.CultureName,
        },
        IsStream = credit > 0,
        CallerChain = chain,
        Limit = limit,
        Credit = new ItemCredit(credit),
    };
}
