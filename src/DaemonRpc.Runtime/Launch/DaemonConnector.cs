using DaemonRpc.Journal;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Telemetry;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>A session, and how its daemon came to be used.</summary>
internal sealed record Connection(ClientSession Session, DaemonOrigin Origin, string Reason);

/// <summary>Finds the daemon or starts exactly one, however many clients try at once.</summary>
/// <remarks>
/// Connects; if nobody answers, takes the spawn lock, connects again in case another client has started the daemon meanwhile,
/// and only then starts one. The instance lock, not this class, ensures that two started processes cannot both serve.
/// </remarks>
internal sealed class DaemonConnector(DaemonAddress address, IDaemonDialer dialer, LaunchProgram? program)
{
    // Between our start of a daemon and our connection, the daemon can only disappear by crashing or on request. After
    // this many rounds it is no longer bad luck.
    private const int MostRounds = 5;

    /// <summary>Connects, starting a daemon if needed. Blocks the thread.</summary>
    /// <param name="hello">The client's introduction.</param>
    /// <param name="reason">The reason for a start, for the journal.</param>
    /// <param name="deadline">When to give up.</param>
    /// <exception cref="DaemonException">No daemon could be reached or started; the subclass tells why.</exception>
    public Connection Connect(Hello hello, LaunchReason reason, Deadline deadline)
    {
        for (int round = 0; round < MostRounds; round++)
        {
            if (dialer.TryOpen(hello, deadline) is { } running)
            {
                return new Connection(running, DaemonOrigin.Reused, "It was running.");
            }

            if (program is null)
            {
                throw NoneRuns(address);
            }

            RuntimeDirectory.Prepare(address.Directory);
            try
            {
                if (Start(hello, reason, deadline) is { } started)
                {
                    return started;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A lock or the log could not be opened, or the system is out of some resource.
                throw new DaemonStartException($"The daemon {address} could not be started: {exception.Message}", exception) { LogPath = address.LogPath };
            }
        }

        throw new DaemonStartException($"The daemon {address} went away {MostRounds} times right after it was started. Look at its log, {address.LogPath}.") { LogPath = address.LogPath, LastLines = DaemonLog.Tail(address.LogPath) };
    }

    /// <summary>Creates the exception for a client that may not start the daemon that it needs.</summary>
    public static DaemonStartException NoneRuns(DaemonAddress address) =>
        new($"The daemon {address} does not run, and the option Launch is DaemonLaunch.None. Start it, or choose another way to launch it.");

    private Connection? Start(Hello hello, LaunchReason reason, Deadline deadline)
    {
        using FileLock spawnLock = FileLock.Acquire(address.SpawnLockPath, deadline.Left, CancellationToken.None)
            ?? throw StillStarting(deadline);
        spawnLock.Say($"process {Environment.ProcessId} is about to start it");
        if (dialer.TryOpen(hello, deadline) is { } running)
        {
            return new Connection(running, DaemonOrigin.Reused, "Another client had just started it.");
        }

        // The lock arrived at the last moment, from a client that took as long as we may wait. A daemon started now would be ended at once.
        if (deadline.HasPassed)
        {
            throw StillStarting(deadline);
        }

        var budget = new CrashBudget(address, hello.Build.Timestamp, hello.IsProgramBuild, () => ProgramFiles.LastChangeAt(program!.MainFile), TimeProvider.System);
        while (!budget.NoteLast(deadline.Part(1 / 3.0)))
        {
            // If it is dying, this connection ends with it.
            if (dialer.TryOpen(hello, deadline) is { } serving)
            {
                return new Connection(serving, DaemonOrigin.Reused, "It was running.");
            }

            if (deadline.HasPassed)
            {
                throw StillStarting(deadline);
            }
        }

        Readiness readiness = Launch(budget, spawnLock, reason, deadline);
        if (dialer.TryOpen(hello, deadline) is { } session)
        {
            return new Connection(session, readiness.Kind == ReadinessKind.Ready ? DaemonOrigin.Started : DaemonOrigin.Reused, reason.Text);
        }

        // The winner of the race was alive when the started process saw it. If it has ended since, try again.
        return readiness.Kind == ReadinessKind.Ready || InstanceLock.Await(address.InstanceLockPath, address.SocketPath, deadline, out LockHolder holder) != HolderState.Silent
            ? null
            : throw new DaemonUnresponsiveException($"The daemon {address} is alive ({holder} holds its instance lock) but nobody listens at {address.SocketPath}. It was left alone; end it, or wait for it.");
    }

    private Readiness Launch(CrashBudget budget, FileLock spawnLock, LaunchReason reason, Deadline deadline)
    {
        var launcher = new DaemonLauncher(address, program!);
        DaemonWatch? watch = Listening.IsPossible ? DaemonWatch.BeginStart(address.Id, address.Instance, reason.Text) : null;
        try
        {
            Readiness readiness = launcher.StartAndWait(budget, spawnLock, reason, deadline, out int processId);
            watch?.End($"{readiness.Kind}", readiness.Kind == ReadinessKind.Ready ? processId : readiness.HolderProcessId, null);
            return readiness;
        }
        catch (Exception exception)
        {
            watch?.End(null, 0, exception);
            throw;
        }
    }

    private DaemonUnresponsiveException StillStarting(Deadline deadline)
    {
        string said = FileLock.Said(address.SpawnLockPath);
        return new DaemonUnresponsiveException(
            $"Another process has been starting the daemon {address} for {deadline}{(said.Length > 0 ? $": {said}" : "")}. If that hangs, end it; it holds {address.SpawnLockPath}.");
    }
}
