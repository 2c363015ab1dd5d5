using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>Starts a daemon's process.</summary>
/// <remarks>
/// The caller holds the spawn lock. The child receives its descriptor too and keeps it until it is ready or dead, so
/// that a client that is killed meanwhile neither blocks others nor lets them start too early.
/// </remarks>
internal sealed class DaemonLauncher(DaemonAddress address, LaunchProgram program)
{
    // The numbers of the handed-over descriptors in the child: after the standard three, in order.
    private const string Marker = "3,4";

    // SIGHUP, SIGINT, SIGKILL, SIGTERM: no crash causes these. Somebody, or a system out of memory, ended the process.
    private static readonly int[] s_sentByOthers = [1, 2, 9, 15];

    /// <summary>Starts the process and returns the channel on which it reports its readiness.</summary>
    /// <exception cref="DaemonStartException">The process could not be started.</exception>
    public SocketChannel Start(FileLock spawnLock, LaunchReason reason, TimeSpan lockTimeout, out int processId, IReadOnlyList<TaskOutcome>? outcomes = null)
    {
        DaemonLog.Rotate(address.LogPath);
        UnixSocket ours = SocketPair.Create(out int theirs);
        var channel = new SocketChannel(ours);
        try
        {
            FrameBuffer frame = FrameBuffer.Rent();
            new LaunchMessage
            {
                Id = address.Id,
                Instance = address.Instance,
                Variant = address.Variant,
                RuntimeDirectory = address.Directory,
                LogPath = address.LogPath,
                Reason = reason,
                LockTimeout = lockTimeout,
                Outcomes = outcomes ?? [],
            }.Write(frame);
            // The message waits in the socket's buffer until the child reads it.
            _ = new SendQueue(channel).Send(frame.Finish(FrameKind.Launch, 0));
            processId = new DetachedProcess
            {
                Path = program.Path,
                Arguments = program.Arguments,
                Environment = DaemonEnvironment.Create(Marker, program.Environment),
                LogPath = address.LogPath,
                Descriptors = [theirs, spawnLock.Descriptor],
            }.Start();
            spawnLock.Say($"process {Environment.ProcessId} started '{program.Path}' as process {processId}");
            return channel;
        }
        catch (IOException exception)
        {
            channel.Dispose();
            string advice = program.Advice is { } text && !File.Exists(program.Path) ? $" {text}" : "";
            throw new DaemonStartException($"The daemon {address} could not be started: {exception.Message}{advice}", exception) { LogPath = address.LogPath };
        }
        finally
        {
            _ = LibC.Close(theirs);
        }
    }

    /// <summary>Starts the process and waits until it serves.</summary>
    /// <returns>The daemon's report: ready, or another daemon was first.</returns>
    /// <param name="budget">Counts crashes.</param>
    /// <param name="spawnLock">The lock that the caller holds.</param>
    /// <param name="reason">The reason for the start, for the journal.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="processId">The started process.</param>
    /// <exception cref="DaemonStartException">
    /// The process died, failed, or was not ready in time; or too many starts crashed, and it was not started.
    /// </exception>
    public Readiness StartAndWait(CrashBudget budget, FileLock spawnLock, LaunchReason reason, Deadline deadline, out int processId)
    {
        budget.Demand();
        SocketChannel? answers = null;
        var child = ChildProcess.Start(() =>
        {
            answers = Start(spawnLock, reason, LockTimeout(deadline), out int started);
            return started;
        });
        processId = child.Id;
        using SocketChannel channel = answers!;
        TimeSpan allowed = deadline.Left;
        channel.ReceiveTimeout = allowed;
        try
        {
            var reader = new FrameReader(channel);
            if (reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload) && header.Kind == FrameKind.Readiness)
            {
                var readiness = Readiness.Read(payload);
                return readiness.Kind == ReadinessKind.Failed ? throw Failed(readiness) : readiness;
            }
        }
        catch (TimeoutException)
        {
            // The process has not bound its socket, so no client could find it. Left alone, it would keep the locks.
            child.KillSession();
            string hanging = $"was not ready within {deadline} and was ended.";
            if (allowed * 2 >= deadline.Timeout)
            {
                // A timeout after most of the client's time went into waiting for others proves nothing against the program.
                budget.Note(new StartCrash(child.Id, hanging));
            }

            throw TooSlow(child, hanging);
        }
        catch (IOException)
        {
            // The process died in the middle of its answer. Handled below like any death.
        }

        // The channel ended because the process ended, or because a program closed it on its way there.
        bool ended = child.WaitForExit(deadline.Left);
        if (!ended)
        {
            // The program closes unknown descriptors and runs on as an ordinary program, possibly with the spawn lock.
            child.KillSession();
        }

        string how = End(child, ended, deadline);
        if (!ended || child.Signal is not { } signal || Array.IndexOf(s_sentByOthers, signal) < 0)
        {
            budget.Note(new StartCrash(child.Id, how));
        }

        throw Died(child, ended, how);
    }

    // Less than the client's own time, so that the process's answer, which names the lock's holder, arrives in time.
    private static TimeSpan LockTimeout(Deadline deadline) => deadline.Part(2 / 3.0).Timeout;

    private DaemonStartException Failed(Readiness readiness) => new(
        $"The daemon {address} could not start: {readiness.Error?.Message} {DaemonLog.Evidence(address.LogPath)}",
        readiness.Error?.ToException())
    { LogPath = address.LogPath, LastLines = DaemonLog.Tail(address.LogPath) };

    private DaemonStartException TooSlow(ChildProcess child, string how) => new(
        $"The daemon {address} (process {child.Id}, '{program.Path}') {how} Does the program call RunAsync when IsRequested is true? {DaemonLog.Evidence(address.LogPath)}")
    {
        LogPath = address.LogPath,
        LastLines = DaemonLog.Tail(address.LogPath),
    };

    // Exit status is reported only if the process ended by itself: our own kill may already have been recorded.
    private static string End(ChildProcess child, bool ended, Deadline deadline) => !ended
        ? $"closed its channel while starting, had not ended within {deadline}, and was ended."
        : child switch
        {
            { Signal: { } signal } => $"was ended by signal {signal} while starting.",
            { ExitCode: 0 } => "ended without serving. The program must call RunAsync when IsRequested is true, before anything else.",
            { ExitCode: { } code } => $"ended with exit code {code} while starting.",
            _ => "ended while starting.",
        };

    private DaemonStartException Died(ChildProcess child, bool ended, string how) => new($"The daemon {address} (process {child.Id}, '{program.Path}') {how} {DaemonLog.Evidence(address.LogPath)}")
    {
        ExitCode = ended ? child.ExitCode : null,
        Signal = ended ? child.Signal : null,
        LogPath = address.LogPath,
        LastLines = DaemonLog.Tail(address.LogPath),
    };
}
