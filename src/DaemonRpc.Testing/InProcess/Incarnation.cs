using DaemonRpc.Host;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Testing.InProcess;

/// <summary>One daemon, from its start to its end, which stands for a process: the ordinary server, reached through memory.</summary>
/// <param name="site">Where it lives.</param>
/// <param name="key">The instance and variant that it serves.</param>
/// <param name="reason">Why it is started.</param>
/// <param name="build">Which build it says it is.</param>
/// <param name="outcomes">The outcomes of tasks that were ended together with its predecessors.</param>
internal sealed class Incarnation(TestSite site, DaemonKey key, LaunchReason reason, DaemonBuild build, IReadOnlyList<TaskOutcome> outcomes)
    : ServingSite(site.Clock), ITerminator
{
    // The exit code with which a shell reports a process that was ended by SIGKILL.
    private const int KilledExitCode = 137;

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ITaskHandler?> _handler = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ForcedOutcomes _outcomes = new(outcomes);
    private DaemonServer? _server;
    private Welcome? _welcome;
    private ContractIdentity? _contract;
    private int _begun;
    private int _isDead;

    public TestSite Site => site;

    public DaemonKey Key => key;

    /// <summary>Completes when clients can connect.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes when the daemon has ended, its handler included, or was killed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether the daemon was killed. Code of its handler may still run: no thread can be ended.</summary>
    public bool IsDead => Volatile.Read(ref _isDead) != 0;

    public bool ContinuesWithoutClient { get; private set; }

    /// <summary>The build that its requests must carry.</summary>
    public BuildIdentity Build => _contract!.Build;

    public CancelOutcome Outcome => CancelOutcome.Forced;

    public override async Task<int> RunAsync(
        ContractIdentity contract, DaemonOptions options, Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler)
    {
        if (Interlocked.Exchange(ref _begun, 1) != 0)
        {
            throw new InvalidOperationException("RunAsync was called twice with the options of one start. TestDaemon calls its function again for each start.");
        }

        _contract = contract = BuildShift.Of(contract, build);
        ContinuesWithoutClient = options.DisconnectBehavior == DisconnectBehavior.ContinueTask;
        _welcome = Introduce(contract, options);
        ILogger log = options.LoggerFactory?.CreateLogger("DaemonRpc") ?? NullLogger.Instance;
        ILogger handlerLog = options.LoggerFactory?.CreateLogger(contract.Id) ?? NullLogger.Instance;
        _server = new DaemonServer(contract, new RunningProgram(default), _welcome, options, this, new RestartBudget(() => site.Record.Journal, options.TimeProvider), log)
        {
            Outcomes = _outcomes,
        };
        Task killed = _killed.Task;
        site.Record.Add(_server.Board.Current);
        _server.Board.OnPublished = status =>
        {
            if (!killed.IsCompleted)
            {
                site.Record.Add(status);
            }
        };
        Note(reason.Event, reason.Text, reason.ByProcessId);
        _ = _ready.TrySetResult();
        if (await Task.WhenAny(ServeAsync(handlerLog, log, makeHandler), killed).ConfigureAwait(false) is Task<int> served)
        {
            return await served.ConfigureAwait(false);
        }

        return KilledExitCode;
    }

    /// <summary>Connects. Returns null when the daemon has ended or is leaving.</summary>
    public ClientSession? TryOpen(Hello hello, Deadline deadline)
    {
        if (IsDead || _server!.Shutdown.Drained.IsCompleted)
        {
            return null;
        }

        (IByteChannel client, IByteChannel daemon) = InMemoryPair.Create();
        _server.Accept(daemon);
        var channel = new FaultingChannel(client, this);
        ClientSession? session = null;
        try
        {
            session = ClientSession.Open(channel, hello, deadline.Left, out Goodbye? goodbye);
            SocketDialer.DemandAccepted(Address, goodbye);
            return session;
        }
        finally
        {
            if (session is null)
            {
                channel.Dispose();
            }
        }
    }

    /// <summary>Connects as another client than the test's, which no fault concerns.</summary>
    /// <exception cref="InvalidOperationException">The daemon has ended.</exception>
    public ClientSession OpenOwn()
    {
        (IByteChannel client, IByteChannel daemon) = InMemoryPair.Create();
        _server!.Accept(daemon);
        var hello = new Hello
        {
            Id = _contract!.Id,
            Instance = key.Instance,
            Contract = _contract.Name,
            Program = ContractIdentity.Program,
            Build = Build,
            ForCalls = true,
            ConnectionKey = Random.Shared.NextInt64(),
        };
        if (ClientSession.Open(client, hello, Timeout.InfiniteTimeSpan, out _) is not { } session)
        {
            client.Dispose();
            throw new InvalidOperationException("The daemon has ended.");
        }

        session.StartReading();
        return session;
    }

    /// <summary>Returns the name of a method. Waits for the handler if it is still being created.</summary>
    public string? NameOf(uint method) => _handler.Task.GetAwaiter().GetResult()?.NameOf(method);

    /// <summary>Ends the daemon as if its process were killed: its connections end without a word, and nothing is disposed.</summary>
    public void Crash()
    {
        if (TryKill())
        {
            Note(DaemonJournalEvent.Vanished, "", 0);
            End();
        }
    }

    public void Force(RunningTask task, ShutdownSequence shutdown, LastWords words)
    {
        if (!TryKill())
        {
            return;
        }

        string message = ForcedOutcomes.Reason(task);
        int by = task.CanceledBy ?? 0;
        Note(DaemonJournalEvent.Forced, message, by);
        if (!shutdown.HasBegun)
        {
            site.StartSuccessor(this, new LaunchReason(DaemonJournalEvent.TookOver, message, by), _outcomes.With(ForcedOutcomes.OutcomeOf(task)));
        }

        words.SayForced(task, handsOver: false, TimeSpan.Zero);
        End();
    }

    public void Exit(string reason, int by, LastWords words)
    {
        if (TryKill())
        {
            words.Say(reason, new Goodbye { Reason = GoodbyeReason.Stopping, Message = reason }, TimeSpan.Zero);
            Note(DaemonJournalEvent.Stopped, reason, by);
            End();
        }
    }

    /// <summary>Ends the daemon in the ordinary way, or what still runs of a dead one: the running task finishes first.</summary>
    public void Stop(string why) => _server!.Shutdown.Begin(GoodbyeReason.Stopping, why);

    /// <summary>Ends all connections, which cancels their clients' tasks.</summary>
    public void Disconnect() => _server!.Sessions.CloseAll();

    private DaemonAddress Address => DaemonAddress.InProcess(_contract!.Id, key.Instance, key.Variant);

    private async Task<int> ServeAsync(ILogger handlerLog, ILogger log, Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler)
    {
        DaemonServer server = _server!;
        ITaskHandler? handler = await HandlerLife.BeginAsync(server, Address, MakeAsync, handlerLog, new LogQueue(log)).ConfigureAwait(false);
        _ = _handler.TrySetResult(null);
        Goodbye goodbye = await server.Shutdown.Drained.ConfigureAwait(false);
        server.Close();
        if (IsDead)
        {
            return KilledExitCode;
        }

        server.Sessions.SayGoodbye(goodbye);
        if (handler is not null)
        {
            await HandlerLife.EndAsync(handler, log).ConfigureAwait(false);
        }

        Note(DaemonRun.EndOf(goodbye.Reason), goodbye.Message, goodbye.CausedBy);
        server.Sessions.CloseAll();
        _ = _ended.TrySetResult();
        return goodbye.Reason == GoodbyeReason.StartFailed ? 1 : 0;

        async ValueTask<ITaskHandler> MakeAsync(DaemonContext context, CancellationToken stopping)
        {
            ITaskHandler made = await makeHandler(context, stopping).ConfigureAwait(false);
            _ = _handler.TrySetResult(made);
            return new FaultingHandler(made, this, context);
        }
    }

    private static Welcome Introduce(ContractIdentity contract, DaemonOptions options) => new()
    {
        Id = contract.Id,
        Instance = options.Instance,
        Contract = contract.Name,
        Program = ContractIdentity.Program,
        Build = contract.ProgramBuild,
        ContractBuild = contract.Build,
        ProcessId = Environment.ProcessId,
        Incarnation = Random.Shared.NextInt64(),
        MaxFrameBytes = options.MaxFrameBytes,
    };

    private void Note(DaemonJournalEvent what, string why, int by) => site.Record.Add(new DaemonJournalEntry
    {
        At = (site.Clock ?? TimeProvider.System).GetUtcNow(),
        Event = what,
        ProcessId = Environment.ProcessId,
        BuildTimestamp = Build.Time,
        ByProcessId = by,
        Reason = why,
    });

    private bool TryKill()
    {
        bool isFirst = Interlocked.Exchange(ref _isDead, 1) == 0;

        // From now on the next daemon can be started.
        _ = isFirst && _ended.TrySetResult();
        return isFirst;
    }

    private void End()
    {
        _server!.Sessions.CloseAll();
        _server.Close();
        _ = _killed.TrySetResult();
    }
}
