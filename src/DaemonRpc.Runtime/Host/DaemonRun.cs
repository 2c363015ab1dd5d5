using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Host;

/// <summary>A daemon's life in its own process: from the instance lock to the exit code.</summary>
internal sealed class DaemonRun(ContractIdentity contract, DaemonOptions options, LaunchRequest? launch)
{
    private static readonly TimeSpan s_logTimeout = TimeSpan.FromSeconds(1);

    private readonly LogQueue _log = new(options.LoggerFactory?.CreateLogger("DaemonRpc") ?? new StandardErrorLogger());
    private readonly DaemonAddress _address = new(contract.Id, launch?.Message.Instance ?? options.Instance, launch?.Message.RuntimeDirectory ?? options.RuntimeDirectory, launch?.Message.Variant ?? "");

    /// <summary>Serves until stopped or idle.</summary>
    /// <param name="makeHandler">Runs the user's factory.</param>
    /// <returns>0; or 1 if the daemon could not serve. The client or standard error has then got the reason.</returns>
    public async Task<int> RunAsync(Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler)
    {
        if (launch is not null)
        {
            launch.IsClaimed = true;
            PoolThreads.Keep();
            DaemonEnvironment.Remember();
            StartupPoint.Reach(StartupPoint.Begun);
            if (launch.Inherited is { } inherited)
            {
                return await TakeOverAsync(inherited, makeHandler).ConfigureAwait(false);
            }
        }

        InstanceLock? instanceLock;
        try
        {
            RuntimeDirectory.Prepare(_address.Directory);
            if (!InstanceLock.TryAcquire(_address.InstanceLockPath, _address.SocketPath, launch?.Message.LockTimeout ?? TimeSpan.Zero, out instanceLock, out LockHolder holder))
            {
                launch?.Answer(new Readiness(ReadinessKind.LostRace) { HolderProcessId = holder.ProcessId });
                StandardError.WriteLine($"The daemon {_address} runs already, as {holder}.");
                return 1;
            }
        }
        catch (Exception exception) when (exception is DaemonException or IOException)
        {
            return Fail(exception);
        }

        using (instanceLock)
        {
            StartupPoint.Reach(StartupPoint.Locked);
            return await ServeAsync(instanceLock, makeHandler).ConfigureAwait(false);
        }
    }

    /// <summary>Takes over from the daemon that handed over in this process: adopts its lock, ends the processes that its task started, and serves.</summary>
    private async Task<int> TakeOverAsync(Inheritance inherited, Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler)
    {
        KernelDeadline.Disarm();
        Directory.SetCurrentDirectory("/");
        InstanceLock instanceLock;
        try
        {
            instanceLock = InstanceLock.Adopt(_address.InstanceLockPath, inherited);
        }
        catch (IOException exception)
        {
            return Fail(exception);
        }

        using InstanceLock held = instanceLock;
        if (SessionProcesses.EndOthers() is > 0 and int count)
        {
            LogMessages.LeftoversEnded(_log, count);
        }

        foreach (int child in launch!.Message.Children)
        {
            // These children are other daemons that this process started. They keep running, and this process records how they end.
            try
            {
                _ = ChildProcess.Adopt(child);
            }
            catch (DaemonException)
            {
                // The system gives no thread to wait for the child. It stays a zombie until this process ends.
            }
        }

        return await ServeAsync(instanceLock, makeHandler).ConfigureAwait(false);
    }

    private async Task<int> ServeAsync(InstanceLock instanceLock, Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler)
    {
        HandlerMark.Set(_address.InstanceLockPath, isMade: false);
        var kept = new JournalFile(_address.JournalPath);
        var journal = new JournalWriter(kept, new JournalName(_address.Id, _address.Instance), contract.ProgramBuild.Timestamp);
        var outcomes = new ForcedOutcomes(launch?.Message.Outcomes ?? []);
        using var socket = new DaemonSocket(_address.SocketPath);
        HandOver? handOver = launch is null ? null : new HandOver(launch.Message, instanceLock, socket);
        var terminator = new ProcessTerminator(_address, socket, handOver, journal, outcomes, _log);
        Welcome welcome = Introduce();
        var server = new DaemonServer(contract, RunningProgram.Own, welcome, options, terminator, new RestartBudget(kept.ReadIfPossible, options.TimeProvider), _log)
        {
            Outcomes = outcomes,
        };

        // The native environment is changed only in a newly launched process. In the foreground, user code may read it at the same time.
        using IDisposable ancestry = Ancestry.Publish(welcome.Incarnation, native: launch is not null);
        var keeper = new SocketKeeper(
            socket,
            instanceLock,
            server.Accept,
            () => server.Shutdown.Begin(GoodbyeReason.Stopping, "The file of the daemon's instance lock was removed."),
            _log)
        {
            Rotation = launch is null ? null : LogRotation.OfThisProcess(launch.Message.LogPath, _log),
            AlsoLook = LookOf(server),
        };
        InheritedSocket? activated = null;
        using var signals = new StopSignals(server.Shutdown, launched: launch is not null);
        try
        {
            server.Prepare(isAlone: launch is not null);

            // Before the daemon is visible to anybody: until now, a signal ends the process without a goodbye.
            signals.Begin();
            keeper.Start(launch is null ? activated = ActivatedSocket.Take(_address)
                : launch.Inherited is { } inherited ? new InheritedSocket(inherited.Listener, launch.Message.Socket)
                : null);
        }
        catch (Exception exception) when (exception is DaemonException or IOException)
        {
            return Fail(exception);
        }

        StartupPoint.Reach(StartupPoint.Published);
        LaunchReason reason = launch?.Message.Reason ?? LaunchReason.Ours(
            DaemonJournalEvent.Started, activated is null ? "Started in the foreground." : "Started by a service manager, at whose socket the daemon listens.");
        journal.Started(reason);
        launch?.Answer(new Readiness(ReadinessKind.Ready));
        StartupPoint.Reach(StartupPoint.Answered);
        LogMessages.Serving(_log, _address.ToString(), _address.SocketPath, Environment.ProcessId, contract.ProgramBuild.ToString(), reason.Text);

        ILogger handlerLog = options.LoggerFactory?.CreateLogger(contract.Id) ?? new StandardErrorLogger();
        ITaskHandler? handler = await HandlerLife.BeginAsync(server, _address, makeHandler, handlerLog, _log).ConfigureAwait(false);
        Goodbye goodbye = await server.Shutdown.Drained.ConfigureAwait(false);
        socket.Dispose();
        server.Close();
        server.Sessions.SayGoodbye(goodbye);
        server.Sessions.DrainPatiently(SessionTable.Patience);
        if (handler is not null)
        {
            await HandlerLife.EndAsync(handler, _log).ConfigureAwait(false);
        }

        journal.Ended(EndOf(goodbye.Reason), goodbye.Message, goodbye.CausedBy);
        LogMessages.Stopped(_log, _address.ToString());
        _log.Drain(s_logTimeout);
        if (launch is null)
        {
            // The lock is released first, so that the next daemon can start as soon as the clients' connections end.
            instanceLock.Dispose();
            server.Sessions.CloseAll();
        }

        // A launched daemon lets the kernel close its connections: their end tells the clients that the process is really gone.
        return goodbye.Reason == GoodbyeReason.StartFailed ? 1 : 0;
    }

    // In the foreground, memory and collections belong to the program around the daemon, so the daemon does not look after them.
    private Action LookOf(DaemonServer server)
    {
        if (launch is null)
        {
            return () =>
            {
                server.Look();
                _log.Look();
            };
        }

        var pauses = new PauseReport(_log);
        var deleted = new DeletedProgram(RunningProgram.Own, () => server.Sessions.IsEmpty, reason => server.TryLeave(GoodbyeReason.Stopping, reason));
        return () =>
        {
            server.Look();
            _log.Look();
            pauses.Look();
            deleted.Look();
            if (server.Memory.Look())
            {
                // This collection delayed nobody, because the daemon was idle.
                pauses.Forget();
            }
        };
    }

    private Welcome Introduce() => new()
    {
        Id = _address.Id,
        Instance = _address.Instance,
        Contract = contract.Name,
        Program = ContractIdentity.Program,
        Build = contract.ProgramBuild,
        ContractBuild = contract.Build,
        ProcessId = Environment.ProcessId,
        Incarnation = Random.Shared.NextInt64(),
        LogPath = launch?.Message.LogPath ?? "",
        MaxFrameBytes = options.MaxFrameBytes,
    };

    /// <summary>Returns what the journal says of a daemon that ends for this reason.</summary>
    public static DaemonJournalEvent EndOf(GoodbyeReason reason) => reason switch
    {
        GoodbyeReason.Idle => DaemonJournalEvent.IdledOut,
        GoodbyeReason.Replaced => DaemonJournalEvent.MadeRoom,
        GoodbyeReason.StartFailed => DaemonJournalEvent.Failed,
        _ => DaemonJournalEvent.Stopped,
    };

    private int Fail(Exception exception)
    {
        // Written before the answer, because the client shows the log's last lines.
        StandardError.WriteLine(exception.Message);
        launch?.Answer(new Readiness(ReadinessKind.Failed) { Error = ErrorMessage.Of(exception) });
        return 1;
    }
}
