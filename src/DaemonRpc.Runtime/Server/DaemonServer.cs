using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Logging;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Telemetry;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Server;

/// <summary>The daemon: accepts clients, admits one task at a time, and decides when to end.</summary>
/// <remarks>The connections' reader threads call its methods. None of the methods runs user code.</remarks>
internal sealed class DaemonServer : IConnectionHandler
{
    private readonly ContractIdentity _contract;
    private readonly DaemonOptions _options;
    private readonly ITerminator _terminator;
    private readonly ILogger _log;
    private readonly Welcome _welcome;
    private readonly ReaderThreads _readers = new();
    private readonly StatusBoard _board = new();
    private readonly StatusPump _pump;
    private readonly LastWords _lastWords;
    private readonly ObservedDaemon _observed;
    private readonly TaskSlot _slot;
    private readonly WaitingRequests _waiting;
    private readonly RestartBudget _budget;
    private readonly VersionRules _versions;
    private readonly StartThread? _startThread;

    // Set before the waiting requests are closed, so a request that need not wait finds them set.
    private RequestAdmission? _admission;
    private ITaskHandler? _handler;

    /// <param name="contract">The contract that the daemon serves.</param>
    /// <param name="program">The program that runs the daemon.</param>
    /// <param name="welcome">The daemon's introduction to its clients.</param>
    /// <param name="options">The user's settings.</param>
    /// <param name="terminator">Ends the daemon by force.</param>
    /// <param name="budget">Limits how often the daemon may be replaced.</param>
    /// <param name="log">Receives log messages.</param>
    /// <param name="startThread">Starts all threads except the connections' readers, including those of tasks; replaced in tests.</param>
    public DaemonServer(
        ContractIdentity contract, RunningProgram program, Welcome welcome, DaemonOptions options, ITerminator terminator, RestartBudget budget, ILogger log,
        StartThread? startThread = null)
    {
        _versions = new VersionRules(contract, program);
        _contract = contract;
        _welcome = welcome;
        _options = options;
        _terminator = terminator;
        _budget = budget;
        _log = log;
        _startThread = startThread;
        TimeSpan stallTimeout = options.WatcherStallTimeout ?? StatusPump.StallTimeout;
        _pump = new StatusPump(_board, session => LogMessages.WatcherStalled(log, session.Peer.ProcessId, stallTimeout.TotalSeconds), stallTimeout: stallTimeout);
        _lastWords = new LastWords(_board, _pump, Sessions);
        _waiting = new WaitingRequests(options.MaxFrameBytes);
        _slot = new TaskSlot(_board, welcome.Incarnation, options.TimeProvider, options.MaxFrameBytes, startThread, options.Site?.Clock);
        Flow = new TaskFlow(_slot, welcome.Incarnation);
        Yield = new TaskYield(_slot, Flow);
        Memory = new IdleMemory(_slot, _board, program);
        Shutdown = new ShutdownSequence(_slot, startThread ?? _readers.StartUrgent);
        Cancellation = new TaskCancellation(_slot, _waiting, options, terminator, Shutdown, _lastWords, log, startThread ?? _readers.StartUrgent);
        _observed = ObservedDaemon.Begin(welcome, _slot);
        Idle = new IdleWatch(options.IdleTimeout, options.TimeProvider, () => TryLeave(GoodbyeReason.Idle, $"The daemon was idle for {options.IdleTimeout}."));
    }

    public StatusBoard Board => _board;

    public TaskCancellation Cancellation { get; }

    public SessionTable Sessions { get; } = new();

    public ShutdownSequence Shutdown { get; }

    public IdleWatch Idle { get; }

    public IdleMemory Memory { get; }

    /// <summary>The outcomes of the last tasks that were ended by force.</summary>
    public ForcedOutcomes Outcomes
    {
        get;
        init
        {
            field = value;
            if (value.Last is { } forced)
            {
                _board.TookOver(forced);
            }
        }
    } = new([]);

    /// <summary>Distinguishes code of the handler and of the factory from all other code.</summary>
    public TaskFlow Flow { get; }

    /// <summary>Lets the running task give way.</summary>
    public TaskYield Yield { get; }

    /// <summary>Why the handler could not be created, or null.</summary>
    public ErrorMessage? StartError { get; private set; }

    /// <summary>The client whose task runs, or null.</summary>
    public DaemonCaller? Caller => _slot.RunningFor?.Caller;

    /// <summary>Checks that there are enough descriptors, and starts the threads that the daemon's guarantees need. Called before the first client is accepted.</summary>
    /// <param name="isAlone">Whether the process was started as the daemon, so that its thread pool is hardly used yet.</param>
    /// <exception cref="DaemonException">The system does not give enough descriptors or threads. The server must not be used.</exception>
    public void Prepare(bool isAlone)
    {
        DescriptorRoom.Demand();
        if (!(isAlone ? PoolThreads.TryFill() : PoolThreads.TryHave()) || !PoolThreads.TryHaveTimers())
        {
            throw ThreadLimit.Exception();
        }

        if (isAlone)
        {
            SocketThreads.DemandIf(PassesDescriptors);
            PoolRation.Begin();
        }

        _readers.Prepare();
    }

    /// <summary>Does overdue work for which the system gave no thread. Called twice a second, on a thread outside the pool.</summary>
    public void Look()
    {
        _ = PoolThreads.Look();
        _readers.Look();
        _pump.Look();
        _slot.Look();
        _admission?.Look();
        DaemonMetrics.Look();
        Idle.Look();
    }

    /// <summary>Ends the daemon if it is idle, for a reason that is given as a sentence for people.</summary>
    public bool TryLeave(GoodbyeReason goodbye, string reason)
    {
        bool leaves = Shutdown.TryBeginIdle(goodbye, reason);
        if (leaves)
        {
            LogMessages.Stopping(_log, reason);
        }

        return leaves;
    }

    /// <summary>Serves one connection.</summary>
    public void Accept(IByteChannel channel)
    {
        var session = new ServerSession(channel, this, _options.MaxFrameBytes, _readers);
        if (Sessions.TryAdd(session))
        {
            session.Start();
        }
        else
        {
            channel.Dispose();
        }
    }

    /// <summary>Serves the requests that waited for the handler, and all later ones. Called when the handler was created.</summary>
    public void HandlerReady(ITaskHandler handler)
    {
        var runner = new TaskRunner(_slot, Flow, handler, _options.MaxFrameBytes, TaskEvents.Of(_options, Idle, _log), _startThread is { } start ? work => start(work.Name, work.Run) : null, _contract.TypeName);
        _admission = new RequestAdmission(_slot, runner, _welcome, (session, callId, reason, status) => Refuse(session, callId, reason, status, null), Cancellation.DeadlinePassed, _options.Site?.Clock);
        _handler = handler;
        _board.Ready();
        _waiting.Close(AdmitLater);
        Idle.Start(_options.IdleTimeout);
    }

    /// <summary>Refuses the requests that waited for the handler, and ends the daemon. Called when the handler could not be created.</summary>
    public void HandlerFailed(Exception exception)
    {
        // A factory that gives up because the daemon was asked to end has not failed. Its clients go to the successor.
        if (!(_slot.IsDraining && exception is OperationCanceledException))
        {
            StartError = ErrorMessage.Of(exception);
        }

        Shutdown.Begin(GoodbyeReason.StartFailed, $"The handler could not be made: {StartError?.Message}");
        _waiting.Close(AdmitLater);
    }

    /// <summary>Stops watching the clock and tells the watchers the last status.</summary>
    public void Close()
    {
        DaemonMetrics.Remove(_observed);
        Idle.Dispose();
        _pump.Close();
        _readers.Close();
    }

    public bool PassesDescriptors => _contract.PassesDescriptors;

    public Goodbye? OnHello(ServerSession session, Hello hello, out Welcome welcome)
    {
        welcome = _welcome;
        if (ForeignClient.Refuse(hello, _welcome, _contract.Name) is { } goodbye)
        {
            return goodbye;
        }

        session.Standing = _versions.StandingOf(hello);
        welcome = _versions.CommonWith(hello, session.Standing) is { Length: > 0 } common ? _welcome with { Methods = common } : _welcome;
        if (_waiting.IsOpen)
        {
            welcome = welcome with { IsStarting = true };
            session.AwaitsStart = true;
        }

        return null;
    }

    public IReaderWork? OnRequest(ServerSession session, uint callId, in RequestHeader request, ReadOnlyMemory<byte> arguments)
    {
        Idle.Touch();

        // Checked first: this daemon waits for the caller, so any other answer would not help the caller.
        if (request.Chain is { } chain && Reentrancy.IsWithin(chain, _welcome.Incarnation, _slot.Tasks, _waiting.IsOpen, _options.TimeProvider))
        {
            Refuse(session, callId, RefusalReason.Reentrant, _board.Current, null);
            return null;
        }

        VersionVerdict verdict = _versions.Judge(session.Hello, session.Standing, request.Build);
        if (verdict != VersionVerdict.Serve && !_versions.Understands(session.Hello, session.Standing, request.Method))
        {
            RefuseBuild(session, callId, request.Build, verdict);
            return null;
        }

        bool isFull = false;
        if (_waiting.IsOpen && _waiting.TryAdd(new WaitingRequest(session, callId, request.On(_options.Site?.Clock), arguments.ToArray()), out isFull))
        {
            return null;
        }

        if (isFull)
        {
            Refuse(session, callId, RefusalReason.QueueFull, _board.Current, null);
            return null;
        }

        return Admit(session, callId, request, arguments, onReader: true);
    }

    public void OnCancel(ServerSession session, uint callId)
    {
        if (!_pump.Remove(session, callId))
        {
            Cancellation.CancelCall(session, callId);
        }
    }

    public void OnCredit(ServerSession session, uint callId, int bytes) => _slot.Find(session, callId)?.AddCredit(bytes);

    public void OnAnswer(ServerSession session, uint callId, FrameKind kind, ReadOnlySpan<byte> payload, byte[]? attachment) =>
        _slot.Find(session, callId)?.OnAnswer(kind, payload, attachment);

    public void OnStatusQuery(ServerSession session, uint callId, StatusQuery query)
    {
        if (query.Watch)
        {
            _pump.Add(session, callId, query.Incarnation == _welcome.Incarnation ? query.Sequence : 0);
        }
        else
        {
            StatusPump.Send(session, callId, _board.Current);
        }
    }

    public void OnCancelTask(ServerSession session, uint callId, CancelTask request) => Cancellation.CancelTask(session, callId, request);

    public void OnOutcomeQuery(ServerSession session, uint callId, TaskOutcome wanted)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        Outcomes.Find(wanted)?.Write(frame);
        session.Send(FrameKind.OutcomeReply, callId, frame);
    }

    public void OnStop(ServerSession session, uint callId, bool force)
    {
        string reason = $"Process {session.Peer.ProcessId} ({session.Hello.Program}) asked the daemon to stop{(force ? " at once" : "")}.";
        LogMessages.Stopping(_log, reason);
        session.Send(FrameKind.StopReply, callId, FrameBuffer.Rent());
        if (force)
        {
            _terminator.Exit(reason, session.Peer.ProcessId, _lastWords);
        }

        Shutdown.Begin(GoodbyeReason.Stopping, reason, session.Peer.ProcessId);
        if (force)
        {
            // Reached only in an in-process daemon, whose process cannot be ended. Its tasks can at least be cancelled.
            Cancellation.CancelAll(session.Peer.ProcessId);
        }
    }

    public void OnClosed(ServerSession session)
    {
        Sessions.Remove(session);
        _pump.Remove(session);
        Cancellation.ClientGone(session);
    }

    private void AdmitLater(WaitingRequest request) => Admit(request.Session, request.CallId, request.Header, request.Arguments, onReader: false);

    private RunningTask? Admit(ServerSession session, uint callId, in RequestHeader request, ReadOnlyMemory<byte> arguments, bool onReader)
    {
        if (_handler is null)
        {
            Refuse(session, callId, StartError is null ? RefusalReason.Stopping : RefusalReason.StartFailed, _board.Current, StartError);
            return null;
        }

        if (_handler.NameOf(request.Method) is not { } name)
        {
            FrameBuffer frame = FrameBuffer.Rent();
            new ErrorMessage { IsProtocol = true, Message = $"The contract {_contract.Name} has no method {request.Method:x8}." }.Write(frame);
            session.Send(FrameKind.Error, callId, frame);
            return null;
        }

        if (session.AwaitsStart)
        {
            if (!session.TrySendAtOnce(FrameKind.Started, callId, FrameBuffer.Rent()))
            {
                // The client could not be told at once that the call may run. It repeats the call when it has read what was sent before.
                Refuse(session, callId, RefusalReason.TurnMissed, _board.Current, null);
                return null;
            }

            session.AwaitsStart = false;
        }

        return _admission!.Admit(session, callId, request, name, arguments, onReader);
    }

    /// <summary>Refuses a request of another build. By the version rules and the client's policy, the request may end this daemon.</summary>
    private void RefuseBuild(ServerSession session, uint callId, BuildIdentity build, VersionVerdict verdict)
    {
        RefusalReason? refusal = verdict switch
        {
            VersionVerdict.ClientIsOlder => RefusalReason.ClientIsOlder,
            VersionVerdict.ClientIsOutdated => RefusalReason.ClientIsOutdated,
            VersionVerdict.ProgramIsOlder => RefusalReason.ProgramIsOlder,

            // A build that was rebuilt at this daemon's own path may always replace the daemon: no other build competes with it.
            _ => _slot.IsDraining || session.Standing == ClientStanding.Current || _budget.Allows() ? null : RefusalReason.ReplacedTooOften,
        };
        if (refusal is { } stays)
        {
            Refuse(session, callId, stays, _board.Current, null);
            return;
        }

        string reason = _versions.ReasonFor(session, build);
        LogMessages.Replaced(_log, reason);
        if (verdict == VersionVerdict.ReplaceIfIdle)
        {
            _ = Shutdown.TryBeginIdle(GoodbyeReason.Replaced, reason, session.Peer.ProcessId, Answer);
        }
        else
        {
            Shutdown.Begin(GoodbyeReason.Replaced, reason, session.Peer.ProcessId, Answer);
        }

        // If a last task still runs, the daemon makes room only after the task, so the client is told that it is busy.
        void Answer(DaemonStatus status) => Refuse(
            session, callId, status is { State: DaemonState.Stopping, Task: null } ? RefusalReason.MakingRoom : RefusalReason.Busy, status, null,
            leavesForClient: status.State == DaemonState.Stopping);
    }

    private void Refuse(ServerSession session, uint callId, RefusalReason reason, DaemonStatus status, ErrorMessage? error, bool leavesForClient = false)
    {
        _observed.Refused(reason);
        FrameBuffer frame = FrameBuffer.Rent();
        new Refusal { Reason = reason, Status = status, DaemonBuild = _versions.Ours(session.Hello), LeavesForClient = leavesForClient, Error = error }.Write(frame);
        session.Send(FrameKind.Refusal, callId, frame);
    }
}
