using DaemonRpc.Framing;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Server;

/// <summary>Whatever ends a call before its time: its client, anybody else, its client's end; and what each of them is told.</summary>
/// <remarks>
/// A call is in one place at a time, and moves on in one direction: it waits for the handler, then in the queue, then it holds the slot.
/// They are looked at in that order, so that what is not found in one place any more is in a later one, or over.
/// </remarks>
/// <param name="slot">Where the task runs and who waits for it.</param>
/// <param name="waiting">Who waits for the handler.</param>
/// <param name="options">The grace, and whether a client's end matters.</param>
/// <param name="terminator">What force is here.</param>
/// <param name="shutdown">Begun when force could not end the process.</param>
/// <param name="words">What is said when force ends it.</param>
/// <param name="log">Told of every cancellation.</param>
/// <param name="startThread">Starts a thread of that name; tests decide themselves when each goes on.</param>
internal sealed class TaskCancellation(
    TaskSlot slot, WaitingRequests waiting, DaemonOptions options, ITerminator terminator, ShutdownSequence shutdown, LastWords words, ILogger log,
    StartThread? startThread = null)
{
    private TwoStepCancel? _twoStepCancel;

    private TwoStepCancel Steps => _twoStepCancel ??= new TwoStepCancel(options.CancelGrace, Force, startThread);

    /// <summary>A client cancels its own call. The call's answer is the only one.</summary>
    public void CancelCall(ServerSession session, uint callId)
    {
        if (waiting.TryTake(session, callId) || slot.TryWithdraw(session, callId))
        {
            Send(session, callId, FrameKind.Canceled, CancelOutcome.NeverStarted, session.Peer.ProcessId);
        }
        else if (slot.Running is { } running && running.Owner == session && running.CallId == callId)
        {
            _ = Cancel(running, session.Peer.ProcessId, null);
        }
    }

    /// <summary>Anybody cancels whatever runs, or one task; and is told what became of it, once that is true.</summary>
    public void CancelTask(ServerSession session, uint callId, CancelTask request)
    {
        if (slot.Running is not { } running
            || (request.Task is { } wanted && running.Description.Id != wanted)
            || !Cancel(running, session.Peer.ProcessId, (outcome, by) => Send(session, callId, FrameKind.CancelReply, outcome, by)))
        {
            Send(session, callId, FrameKind.CancelReply, CancelOutcome.NothingRunning, session.Peer.ProcessId);
        }
    }

    /// <summary>A client has gone, in whatever way: nothing of it waits any more, and what runs for it is cancelled.</summary>
    public void ClientGone(ServerSession session)
    {
        waiting.Remove(session);
        slot.Withdraw(session);
        if (slot.Running is not { } running || running.Owner != session)
        {
            return;
        }

        if (options.DisconnectBehavior == DisconnectBehavior.ContinueTask)
        {
            running.Credit?.Lift();
        }
        else
        {
            LogMessages.ClientGone(log, running.Description.Method, session.Peer.ProcessId);
            _ = Cancel(running, session.Peer.ProcessId, null);
        }
    }

    /// <summary>A task has taken longer than its client allowed: as if that had cancelled it.</summary>
    public void LimitPassed(RunningTask task) => _ = Cancel(task, task.Owner.Peer.ProcessId, null);

    /// <summary>Begins the two steps, unless somebody has. False when the task has settled already.</summary>
    /// <param name="task">The task.</param>
    /// <param name="by">The process that asks.</param>
    /// <param name="onSettled">Told what became of the task and who was the first to ask, once that is true; or null.</param>
    public bool Cancel(RunningTask task, int by, Action<CancelOutcome, int>? onSettled)
    {
        bool accepted = task.TryRequestCancel(by, onSettled, out bool isFirst);
        if (isFirst)
        {
            LogMessages.Cancelling(log, task.Description.Method, by);
            Steps.Begin(task);
        }

        return accepted;
    }

    /// <summary>The grace has passed. The connection's end is what tells everybody that it is done.</summary>
    private void Force(RunningTask task)
    {
        LogMessages.Forced(log, task.Description.Method, options.CancelGrace.TotalSeconds);
        terminator.Force(task, shutdown, words);

        // Still here: a daemon in process, where the handler goes on unobserved. It takes no more.
        shutdown.Begin(GoodbyeReason.Stopping, $"{task.Description.Method} did not end when cancelled and was abandoned.");
        slot.Release(task, $"{task.Description.Method} did not end when cancelled.", terminator.Outcome);
        Send(task.Owner, task.CallId, FrameKind.Canceled, terminator.Outcome, task.CanceledBy ?? 0);
        task.TellCancellers(terminator.Outcome);
        slot.Answered();
    }

    private static void Send(ServerSession session, uint callId, FrameKind kind, CancelOutcome outcome, int by)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        new CancelReply(outcome, by).Write(frame);
        session.Send(kind, callId, frame);
    }
}
