using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;

namespace DaemonRpc.Lifecycle;

/// <summary>Force in a daemon of its own process: the process ends, at once and without cleaning up, and a new one starts.</summary>
/// <remarks>
/// The connections are not closed but left to the kernel: that they end proves to every client that no thread of this
/// process runs any more. The successor waits for the life lock in the kernel's queue and has it the moment we are dead.
/// </remarks>
internal sealed class OwnProcessEnd(DaemonAddress address, LaunchRequest? launch, JournalWriter journal, LogQueue log) : IProcessEnd
{
    // As a shell reports a process that was ended by SIGKILL.
    private const int ForcedExitCode = 137;

    private static readonly TimeSpan s_lastWords = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_successorLockLimit = TimeSpan.FromSeconds(10);

    public CancelOutcome Outcome => CancelOutcome.Forced;

    /// <summary>The connections to say goodbye to. Set before the first client is let in.</summary>
    public SessionTable? Sessions { get; set; }

    public void Force(RunningTask task)
    {
        string message = $"{task.Description.Method} did not end when process {task.CanceledBy} had it cancelled; the daemon's process was ended.";
        journal.Died(DaemonJournalEvent.Forced, message, task.CanceledBy ?? 0);
        StartSuccessor(message, task.CanceledBy ?? 0);
        Sessions?.SayGoodbye(
            new Goodbye { Reason = GoodbyeReason.Forced, Message = message, Task = task.Description.Id, CausedBy = task.CanceledBy ?? 0 },
            s_lastWords);
        End();
    }

    public void Exit(string reason, int by)
    {
        journal.Died(DaemonJournalEvent.Stopped, reason, by);
        End();
    }

    private void End()
    {
        log.Drain(s_lastWords);
        LibC.ExitNow(ForcedExitCode);
    }

    private void StartSuccessor(string reason, int by)
    {
        // A daemon that was started by hand, or by a service manager, is theirs to start again.
        if (launch is null)
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
                    var launcher = new DaemonLauncher(address, LaunchProgram.Again);
                    SocketChannel unread = launcher.Start(spawnLock, new LaunchReason(DaemonJournalEvent.TookOver, reason, by), s_successorLockLimit, out _);
                    GC.KeepAlive(unread);
                }
            }
        }
        catch (Exception exception) when (exception is DaemonException or IOException)
        {
            LogMessages.NoSuccessor(log, exception);
        }
    }
}
