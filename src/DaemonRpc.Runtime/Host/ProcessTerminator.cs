using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;

namespace DaemonRpc.Host;

/// <summary>Force in a daemon of its own process: everything in it ends, at once and without cleaning up, and a new daemon takes over.</summary>
/// <remarks>
/// The connections are not closed but left to the kernel: that they end proves to every client that no thread of the
/// old daemon runs any more. The new one is this process, handed over in place; or where that is not safe another one, which
/// waits for the instance lock in the kernel's queue and has it the moment we are dead.
/// </remarks>
/// <param name="address">Where a successor is to serve.</param>
/// <param name="socket">What clients come by.</param>
/// <param name="handOver">How to hand over. Null in the foreground: such a daemon is for whoever started it to start again.</param>
/// <param name="journal">Where the end is noted.</param>
/// <param name="outcomes">What the successor is to know.</param>
/// <param name="log">Drained before the end.</param>
internal sealed class ProcessTerminator(
    DaemonAddress address, DaemonSocket socket, HandOver? handOver, JournalWriter journal, ForcedOutcomes outcomes, LogQueue log) : ITerminator
{
    // As a shell reports a process that was ended by SIGKILL.
    private const int ForcedExitCode = 137;

    // Whoever has not read the goodbye by then asks the successor.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_lastWordsOfStop = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_logLimit = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_successorLockLimit = TimeSpan.FromSeconds(10);

    // For a process in which even this thread cannot go on, as a collection waits for another that never comes.
    private static readonly TimeSpan s_lastResort = TimeSpan.FromSeconds(3);

    // Never let go of: what it guards is the end.
    private readonly Lock _once = new();

    public CancelOutcome Outcome => CancelOutcome.Forced;

    public void Force(RunningTask task, ShutdownSequence shutdown, LastWords words)
    {
        Begin();
        int by = task.CanceledBy ?? 0;
        string message = $"{task.Description.Method} did not end when process {by} had it cancelled, and was ended by force with all that ran in the daemon.";
        journal.Ended(DaemonJournalEvent.Forced, message, by);

        IReadOnlyList<TaskOutcome> known = outcomes.With(OutcomeOf(task));

        // One that was to leave after this task has left: whoever wants it gone, or another in its place, waits for that.
        bool wasLeaving = shutdown.HasBegun;
        string? program = handOver is null || wasLeaving ? null : HandOver.Program;
        if (wasLeaving)
        {
            socket.Dispose();
        }
        else if (program is null)
        {
            StartSuccessor(message, by, known);
        }
        else
        {
            socket.Park();
        }

        // Not yet that it was ended: that is told by the successor, or by the end of the connection.
        words.Say(
            $"{task.Description.Method} did not end when process {by} had it cancelled, and is ended by force with all that runs in the daemon.",
            new Goodbye
            {
                Reason = GoodbyeReason.Forced,
                Message = message,
                Task = task.Description.Id,
                ConnectionKey = task.Owner.Hello.ConnectionKey,
                CallId = task.CallId,
                CausedBy = by,
                HandsOver = program is not null,
            },
            s_lastWords);
        log.Drain(s_logLimit);
        if (program is not null)
        {
            IOException failure = handOver!.Run(program, new LaunchReason(DaemonJournalEvent.TookOver, message, by), known);
            LogMessages.NotHandedOver(log, failure);
            StartSuccessor(message, by, known);
        }

        End();
    }

    public void Exit(string reason, int by, LastWords words)
    {
        Begin();
        words.Say(reason, new Goodbye { Reason = GoodbyeReason.Stopping, Message = reason }, s_lastWordsOfStop);

        // Without a successor nobody would ever put another in its place.
        socket.Dispose();
        journal.Ended(DaemonJournalEvent.Stopped, reason, by);
        End();
    }

    /// <summary>Returns once. A second thread, which wants the same while the first is at it, is ended with all others.</summary>
    private void Begin()
    {
        KernelDeadline.Arm(s_lastResort);
        _once.Enter();
    }

    private static TaskOutcome OutcomeOf(RunningTask task) => new()
    {
        Task = task.Description.Id,
        Method = task.Description.Method,
        ConnectionKey = task.Owner.Hello.ConnectionKey,
        CallId = task.CallId,
        Outcome = CancelOutcome.Forced,
        CanceledBy = task.CanceledBy ?? 0,
    };

    private void End()
    {
        log.Drain(s_logLimit);
        LibC.ExitNow(ForcedExitCode);
    }

    private void StartSuccessor(string reason, int by, IReadOnlyList<TaskOutcome> known)
    {
        // A daemon that was started by hand, or by a service manager, is theirs to start again.
        if (handOver is null)
        {
            return;
        }

        try
        {
            // Somebody else who is starting one right now does it for us.
            if (FileLock.TryAcquire(address.SpawnLockPath, out FileLock? spawnLock))
            {
                // Its channel stays open until we die; nobody reads the answer, and the lock goes with the child.
                using (spawnLock)
                {
                    var launcher = new DaemonLauncher(address, Successor.Program);
                    SocketChannel unread = launcher.Start(spawnLock, new LaunchReason(DaemonJournalEvent.TookOver, reason, by), s_successorLockLimit, out _, known);
                    GC.KeepAlive(unread);
                }
            }
        }
        catch (Exception exception) when (exception is DaemonException or IOException or UnauthorizedAccessException)
        {
            LogMessages.NoSuccessor(log, exception);
        }
    }
}
