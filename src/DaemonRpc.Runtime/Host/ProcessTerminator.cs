using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;

namespace DaemonRpc.Host;

/// <summary>Ends the process of a daemon that has one of its own, at once and without cleaning up, and lets a new daemon take over.</summary>
/// <remarks>
/// The kernel closes the connections, not this class. So the end of a connection proves to a client that no thread of the
/// old daemon runs any more. The successor is this process, handed over in place. If that is not safe, it is a new process, which
/// waits for the instance lock in the kernel's queue and gets it the moment this process is dead.
/// </remarks>
/// <param name="address">The address at which a successor serves.</param>
/// <param name="socket">The daemon's socket.</param>
/// <param name="handOver">Hands over in place; null in the foreground, where whoever started the daemon must start it again.</param>
/// <param name="journal">Records the end.</param>
/// <param name="outcomes">The outcomes that the successor must know.</param>
/// <param name="log">The log, drained before the end.</param>
internal sealed class ProcessTerminator(
    DaemonAddress address, DaemonSocket socket, HandOver? handOver, JournalWriter journal, ForcedOutcomes outcomes, LogQueue log) : ITerminator
{
    // The exit code with which a shell reports a process that was ended by SIGKILL.
    private const int ForcedExitCode = 137;

    // A client that has not read the goodbye within this time asks the successor.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_lastWordsOfStop = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_logTimeout = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_successorLockTimeout = TimeSpan.FromSeconds(10);

    // After this time the kernel ends the process. Even this thread may hang, for example in a garbage collection that waits for another thread forever.
    private static readonly TimeSpan s_lastResort = TimeSpan.FromSeconds(3);

    // Never released: after the lock is taken, the process ends.
    private readonly Lock _once = new();

    public CancelOutcome Outcome => CancelOutcome.Forced;

    public void Force(RunningTask task, ShutdownSequence shutdown, LastWords words)
    {
        Begin();
        int by = task.CanceledBy ?? 0;
        string message = ForcedOutcomes.Reason(task);
        journal.Ended(DaemonJournalEvent.Forced, message, by);

        IReadOnlyList<TaskOutcome> known = outcomes.With(ForcedOutcomes.OutcomeOf(task));

        // If the daemon was to end after this task, it ends now without a successor: a client that stops or replaces the daemon waits for this.
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

        words.SayForced(task, handsOver: program is not null, s_lastWords);
        log.Drain(s_logTimeout);
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

        // Removed here, because there is no successor to replace the socket's file.
        socket.Dispose();
        journal.Ended(DaemonJournalEvent.Stopped, reason, by);
        End();
    }

    /// <summary>Lets one thread pass. A second thread blocks here until the process ends.</summary>
    private void Begin()
    {
        KernelDeadline.Arm(s_lastResort);
        _once.Enter();
    }

    private void End()
    {
        log.Drain(s_logTimeout);
        LibC.ExitNow(ForcedExitCode);
    }

    private void StartSuccessor(string reason, int by, IReadOnlyList<TaskOutcome> known)
    {
        // A daemon in the foreground must be started again by whoever started it: a user or a service manager.
        if (handOver is null)
        {
            return;
        }

        try
        {
            // If another process holds the spawn lock, that process is starting the successor.
            if (FileLock.TryAcquire(address.SpawnLockPath, out FileLock? spawnLock))
            {
                // The child keeps the spawn lock. The channel stays open until this process dies, and nobody reads the child's answer.
                using (spawnLock)
                {
                    var launcher = new DaemonLauncher(address, Successor.Program);
                    SocketChannel unread = launcher.Start(spawnLock, new LaunchReason(DaemonJournalEvent.TookOver, reason, by), s_successorLockTimeout, out _, known);
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
