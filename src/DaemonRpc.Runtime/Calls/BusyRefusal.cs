using DaemonRpc.Control;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Calls;

/// <summary>A daemon's refusal of a call because another task runs: the exception for it, and the wait where the daemon is about to leave and has no queue.</summary>
/// <param name="session">The session over which the call was refused.</param>
/// <param name="refusal">The daemon's status at that moment.</param>
/// <param name="clock">The clock of the wait; null for real time.</param>
internal sealed class BusyRefusal(ClientSession session, DaemonStatus refusal, TimeProvider? clock)
{
    /// <summary>Waits until the daemon is free or has gone, by its status stream instead of polling.</summary>
    /// <exception cref="DaemonBusyException">The daemon was still busy at the deadline.</exception>
    public async Task UntilFreeAsync(Deadline deadline, string method, CancellationToken cancellationToken)
    {
        DaemonStatus latest = refusal;
        if (deadline.HasPassed)
        {
            throw Busy(latest, method);
        }

        using var timer = new CancellationTokenSource(deadline.Left, clock ?? TimeProvider.System);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var watch = new StatusWatch();
        if (!watch.TryStart(session))
        {
            return;
        }

        try
        {
            await foreach (DaemonStatus status in watch.ReadAllAsync(waiting.Token).ConfigureAwait(false))
            {
                latest = status;
                if (status.Task is null)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new DaemonTaskCanceledException($"{method} was cancelled while it waited for the daemon.", CancelOutcome.NeverStarted, Environment.ProcessId, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw Busy(latest, method);
        }
        finally
        {
            session.EndWatch(watch.Id);
        }
    }

    /// <summary>Creates the exception for a call that the daemon did not let into its queue, or whose wait there took too long.</summary>
    public static DaemonBusyException Refused(RefusalReason reason, DaemonStatus status, string method, Deadline deadline) => new(
        $"{method} was refused: {Running(status)}, and " + reason switch
        {
            RefusalReason.QueueFull when status.State == DaemonState.Starting => "too many calls wait for it already. Try again later.",
            RefusalReason.QueueFull => $"too many calls wait already ({status.Waiting}). Try again later.",
            RefusalReason.OwnStream => "this is a stream of the same client: the call would wait for its own caller. Finish the stream first, or use another client object.",
            _ => $"the call has waited in the queue for {deadline} (DaemonClientOptions.BusyTimeout). Try again later, or wait for longer.",
        },
        status);

    private static DaemonBusyException Busy(DaemonStatus status, string method) => new(
        status.Task is null
            ? $"{method} was refused: the daemon was busy until just now. Try again, or set BusyTimeout to wait."
            : $"{method} was refused: {Running(status)}. Try again later, or set BusyTimeout to wait.",
        status);

    private static string Running(DaemonStatus status) => status.Task is { } task
        ? $"the daemon is busy with {task.Method} since {task.StartedAt.ToLocalTime():T}, for process {task.ClientProcessId}{(status.Message is { } message ? $" ({message})" : "")}"
        : status.State == DaemonState.Starting ? "the daemon is still starting" : "the daemon was busy until just now";
}
