using DaemonRpc.Framing;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Server;

/// <summary>Ends calls early, when their client, another process or the client's end asks for it, and reports the outcome to each.</summary>
/// <remarks>
/// A call is in one place at a time and moves in one direction: it waits for the handler, then in the queue, then is a task, which holds
/// the slot or has given way. The places are searched in that order, so a call that has left one place is found in a later one, or is over.
/// </remarks>
/// <param name="slot">The slot of the running task, with its queue.</param>
/// <param name="waiting">The requests that wait for the handler.</param>
/// <param name="options">The user's settings: the grace, and what a client's end does to its task.</param>
/// <param name="terminator">Ends the process by force.</param>
/// <param name="shutdown">The daemon's shutdown, begun if force could not end the process.</param>
/// <param name="words">Says goodbye before force ends the process.</param>
/// <param name="log">Receives a message about every cancellation.</param>
/// <param name="startThread">Starts a thread with a name; replaced in tests.</param>
internal sealed class TaskCancellation(
    TaskSlot slot, WaitingRequests waiting, DaemonOptions options, ITerminator terminator, ShutdownSequence shutdown, LastWords words, ILogger log,
    StartThread? startThread = null)
{
    private TwoStepCancel? _twoStepCancel;

    private TwoStepCancel Steps => _twoStepCancel ??= new TwoStepCancel(options.CancelGrace, Force, startThread, options.Site?.Clock);

    /// <summary>Cancels a call for its own client, who gets the call's answer and nothing else.</summary>
    public void CancelCall(ServerSession session, uint callId)
    {
        if (waiting.TryTake(session, callId) || slot.TryWithdraw(session, callId))
        {
            Send(session, callId, FrameKind.Canceled, CancelOutcome.NeverStarted, session.Peer.ProcessId);
        }
        else if (slot.Find(session, callId) is { } task)
        {
            _ = Cancel(task, session.Peer.ProcessId, null);
        }
    }

    /// <summary>Cancels the running task, or one named task, which may have given way, for any process, and reports its outcome once the task has ended.</summary>
    public void CancelTask(ServerSession session, uint callId, CancelTask request)
    {
        RunningTask? task = request.Task is { } wanted ? Array.Find(slot.Tasks, task => task.Description.Id == wanted) : slot.Running;
        if (task is null || !Cancel(task, session.Peer.ProcessId, (outcome, by) => Send(session, callId, FrameKind.CancelReply, outcome, by)))
        {
            Send(session, callId, FrameKind.CancelReply, CancelOutcome.NothingRunning, session.Peer.ProcessId);
        }
    }

    /// <summary>Handles a client's end: removes its waiting calls, and cancels its tasks.</summary>
    public void ClientGone(ServerSession session)
    {
        waiting.Remove(session);
        slot.Withdraw(session);
        foreach (RunningTask task in slot.Tasks.Where(task => task.Owner == session))
        {
            if (options.DisconnectBehavior == DisconnectBehavior.ContinueTask)
            {
                task.CallerGone();
            }
            else
            {
                LogMessages.ClientGone(log, task.Description.Method, session.Peer.ProcessId);
                _ = Cancel(task, session.Peer.ProcessId, null);
            }
        }
    }

    /// <summary>Cancels a task whose deadline has passed, as if its client had cancelled it.</summary>
    public void DeadlinePassed(RunningTask task) => _ = Cancel(task, task.Owner.Peer.ProcessId, null);

    /// <summary>Cancels the running task, and those that have given way.</summary>
    public void CancelAll(int by)
    {
        foreach (RunningTask task in slot.Tasks)
        {
            _ = Cancel(task, by, null);
        }
    }

    /// <summary>Begins the two steps of cancellation, unless they have begun, or has them begin when the task goes on. Returns false when the task has already ended.</summary>
    /// <param name="task">The task.</param>
    /// <param name="by">The process that asks.</param>
    /// <param name="onSettled">Receives the task's outcome and the process that asked first, once the task has ended; or null.</param>
    public bool Cancel(RunningTask task, int by, Action<CancelOutcome, int>? onSettled)
    {
        bool accepted = task.TryRequestCancel(by, onSettled, out bool isFirst);
        if (isFirst)
        {
            // The steps of a task that has given way begin when it holds the slot again: until then it could not obey its token.
            bool begins = slot.HoldsFor(task, Steps.Begin);
            LogMessages.Cancelling(log, task.Description.Method, by);
            if (begins)
            {
                Steps.Begin(task);
            }
        }

        return accepted;
    }

    /// <summary>Ends the task by force after the grace. The end of their connections tells the clients.</summary>
    private void Force(RunningTask task)
    {
        LogMessages.Forced(log, task.Description.Method, options.CancelGrace.TotalSeconds);
        terminator.Force(task, shutdown, words);

        // Reached only in an in-process daemon, whose handler continues unobserved. It accepts no more calls.
        shutdown.Begin(GoodbyeReason.Stopping, $"{task.Description.Method} did not end when cancelled and was abandoned.");
        slot.Release(task, $"{task.Description.Method} did not end when cancelled.", terminator.Outcome);
        task.EndConversation();
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
