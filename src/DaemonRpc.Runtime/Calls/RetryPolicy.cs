using System.Runtime.ExceptionServices;
using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Passing;
using DaemonRpc.Protocol;
using DaemonRpc.Serialization;
using DaemonRpc.Server;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Telemetry;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Calls;

/// <summary>Decides for all calls what an answer means, and when a call is repeated. Serves one call at a time.</summary>
/// <remarks>
/// A call is repeated only if it certainly did not run: it was refused, it did not reach the daemon completely, it still
/// waited in the queue, or the daemon had said goodbye before it came. In every other case the caller gets an exception.
/// </remarks>
internal class RetryPolicy(ClientConnection connection, OutgoingCall request)
{
    // Each further attempt means that a daemon went away in between; more than a few of them are no accident.
    private const int MostAttempts = 8;

    private CallChain? _chain;
    private TraceContext? _trace;
    private Deadline _busy;
    private int _attempts;
    private bool _isMadeAgain;
    private SentStreams? _streams;

    // The first attempt waits as long as the hello says, later ones for the time left. Without a deadline that is the same.
    private long? Wait => _isMadeAgain && connection.Options.BusyTimeout > TimeSpan.Zero && _busy.LeftMilliseconds is >= 0 and long left ? left : null;

    /// <summary>The call's deadline; null for none.</summary>
    protected Deadline? Deadline { get; set; }

    private RequestHeader Header => request.Header with { Chain = _chain, Wait = Wait, Deadline = Deadline };

    protected ClientConnection Connection => connection;

    protected OutgoingCall Request => request;

    /// <summary>Lets the call's files and streams follow it to an attempt that was sent.</summary>
    public void FollowStreams(StreamCall call) => _streams?.Follow(call.Fail);

    /// <summary>Ends what the call's files and streams still do, because the call has ended.</summary>
    /// <inheritdoc cref="SentStreams.EndAsync"/>
    public Task EndStreamsAsync(bool succeeded, CancellationToken cancellationToken) => _streams?.EndAsync(succeeded, cancellationToken) ?? Task.CompletedTask;

    /// <summary>Waits until everything that the handler wrote to the caller's streams has been handed over.</summary>
    /// <exception cref="DaemonTaskCanceledException">The token was cancelled before that.</exception>
    public async Task HandOverAsync(CancellationToken cancellationToken)
    {
        try
        {
            await EndStreamsAsync(succeeded: true, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (exception.CancellationToken == cancellationToken && cancellationToken.IsCancellationRequested)
        {
            throw new DaemonTaskCanceledException(
                $"{request.Name} has returned, but was cancelled before all that it wrote was handed over.", CancelOutcome.Completed, Environment.ProcessId, cancellationToken);
        }
    }

    /// <summary>Begins a call. Can be called again for another one when the previous call has ended.</summary>
    public void Begin()
    {
        // Taken from the code that makes the call, wherever the rest of the call runs.
        _chain = TaskFlow.Current;
        _trace = CallersSpan.Current;
        _busy = new Deadline(connection.Options.BusyTimeout, connection.Options.Site?.Clock);
        _attempts = 0;
        _isMadeAgain = false;
        Deadline = null;
        _streams = null;
    }

    /// <summary>Connects if needed, and checks everything that can be checked before sending.</summary>
    public async Task<ClientSession> ConnectAsync(CancellationToken cancellationToken)
    {
        if (request.Failure is { } failure)
        {
            throw failure;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            throw NeverStarted(cancellationToken);
        }

        ClientSession session;
        try
        {
            session = await connection.GetSessionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw NeverStarted(cancellationToken);
        }

        return Fits(session)
            ? session
            : throw new DaemonProtocolException($"The arguments of {request.Name} have {request.PayloadLength(Header)} bytes; the daemon accepts {session.Welcome.MaxFrameBytes} (DaemonOptions.MaxFrameBytes).");
    }

    /// <summary>Starts the call on a session. Returns false when the session has just closed; the call must then be repeated.</summary>
    /// <exception cref="DaemonDisconnectedException">Sessions closed too often.</exception>
    /// <exception cref="DaemonException">The system gives no descriptors for the call's files and streams.</exception>
    /// <exception cref="ObjectDisposedException">One of them is closed.</exception>
    public bool TryStart(ClientSession session, PendingCall call, uint credit)
    {
        _streams ??= request.CreateStreams();
        SafeFileHandle[]? descriptors = _streams?.Duplicate();
        FrameBuffer frame = request.ToFrame(Header with { Credit = credit, Trace = TraceFor(session) }, session);
        frame.Descriptors = descriptors;
        if (session.TryStart(call, FrameKind.Request, frame))
        {
            return true;
        }

        CountAttempt("Each connection ended before the call could be sent.");
        connection.Drop(session, "The connection had ended.");
        return false;
    }

    /// <summary>Returns the started call, for cancelling it.</summary>
    public SentCall Sent(ClientSession session, PendingCall call, Task end) => new(connection, session, call, request.Name, end);

    /// <summary>Handles an end other than a result. Returns when the call must be repeated.</summary>
    /// <exception cref="Exception">The call failed; this is the caller's exception.</exception>
    public async Task AfterAsync(ClientSession session, PendingCall call, CallEnd end, CancellationToken cancellationToken)
    {
        try
        {
            await DecideAsync(session, call, end, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Listening.IsPossible)
        {
            CallCounts.Failed(exception, connection.FullNameOf(request.Name));
            throw;
        }
    }

    private async Task DecideAsync(ClientSession session, PendingCall call, CallEnd end, CancellationToken cancellationToken)
    {
        _isMadeAgain = true;
        if (end.Closed is { Failure: DaemonUnresponsiveException unresponsive })
        {
            throw unresponsive;
        }

        if (end.Closed is { } closed)
        {
            connection.Drop(session, "The connection had ended.");
            bool neverRan = closed.NeverAdmitted(call.Id) || !call.WhollyWritten || WasQueued(call, closed)
                || (session.NothingRan && closed.Failure is not DaemonProtocolException);
            if (neverRan && session.SendFailure is { } shortage)
            {
                // Another attempt would need a thread for sending, too.
                throw shortage;
            }

            if (!neverRan && closed.Goodbye is null && await FindOutcomeAsync(session, call).ConfigureAwait(false) is { } outcome)
            {
                throw Canceled(new CancelReply(outcome.Outcome, outcome.CanceledBy), cancellationToken);
            }

            if (!neverRan || ++_attempts >= MostAttempts)
            {
                throw Ended(session, closed, neverRan, closed.Goodbye?.Forces(session.Key, call.Id) == true, cancellationToken);
            }

            return;
        }

        switch (end.Kind)
        {
            case FrameKind.Error:
                var error = ErrorMessage.Read(end.Payload);
                if ((call as StreamCall)?.Answers?.FailureOf(error.Ask) is { } own)
                {
                    // The handler let the caller's own exception pass.
                    ExceptionDispatchInfo.Throw(own);
                }

                throw FaultType.ToException(error);

            case FrameKind.Canceled:
                throw Canceled(CancelReply.Read(end.Payload), cancellationToken);

            case FrameKind.Refusal:
                await AfterRefusalAsync(session, Refusal.Read(end.Payload), cancellationToken).ConfigureAwait(false);
                return;

            default:
                throw new DaemonProtocolException($"The daemon answered {request.Name} with {end.Kind}.");
        }
    }

    /// <summary>Returns whether the daemon accepts a request of this size.</summary>
    protected bool Fits(ClientSession session) => request.PayloadLength(Header) <= session.Welcome.MaxFrameBytes;

    // A call that the daemon would accept without its trace is made without it.
    private TraceContext? TraceFor(ClientSession session) =>
        _trace is not null && session.Welcome.ReadsTraces && request.PayloadLength(Header with { Trace = _trace }) <= session.Welcome.MaxFrameBytes ? _trace : null;

    /// <summary>Asks the successor daemon, if there is one, for the outcome of a call whose connection ended without a goodbye.</summary>
    private async Task<TaskOutcome?> FindOutcomeAsync(ClientSession session, PendingCall call)
    {
        try
        {
            return await connection.Daemon.FindOutcomeAsync(new TaskOutcome { ConnectionKey = session.Key, CallId = call.Id }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DaemonException or TimeoutException)
        {
            // It cannot be asked. The caller's exception is then less specific but still true: the call may have run.
            return null;
        }
    }

    private DaemonTaskCanceledException NeverStarted(CancellationToken cancellationToken) =>
        new($"{request.Name} was cancelled before it was sent.", CancelOutcome.NeverStarted, Environment.ProcessId, cancellationToken);

    // The daemon reports the begin of a call before the call begins. But if the daemon broke the protocol, that report may not have been read.
    private static bool WasQueued(PendingCall call, SessionEnd closed) => call.IsQueued && closed.Failure is not DaemonProtocolException;

    private async Task AfterRefusalAsync(ClientSession session, Refusal refusal, CancellationToken cancellationToken)
    {
        BuildIdentity client = connection.Build;
        string protocols = ProtocolVersion.Differing(session.Welcome.Protocol, ProtocolVersion.Current);
        switch (refusal.Reason)
        {
            case RefusalReason.Busy:
                await new BusyRefusal(session, refusal.Status, connection.Options.Site?.Clock).UntilFreeAsync(_busy, request.Name, cancellationToken).ConfigureAwait(false);
                if (refusal.LeavesForClient)
                {
                    // It was the daemon's last task: the daemon makes room for this build.
                    goto case RefusalReason.MakingRoom;
                }

                return;

            case RefusalReason.WaitedTooLong when Deadline is { HasPassed: true }:
                throw NeverStarted(cancellationToken);

            case RefusalReason.WaitedTooLong or RefusalReason.QueueFull or RefusalReason.OwnStream:
                throw BusyRefusal.Refused(refusal.Reason, refusal.Status, request.Name, _busy);

            case RefusalReason.TurnMissed:
                // Repeat the call at the end of the queue: its turn came while this client was not reading.
                return;

            case RefusalReason.MakingRoom when _attempts > 0 && client != refusal.DaemonBuild && connection.Options.Launch.Kind == DaemonLaunchKind.Executable && connection.Daemon.Origin is DaemonOrigin.Started or DaemonOrigin.Replaced:
                // The daemon was just started for this very call, so replacing it would not help.
                throw ProgramIsOlder(refusal.DaemonBuild);

            case RefusalReason.MakingRoom:
                string builds = client != refusal.DaemonBuild ? $"The daemon was {refusal.DaemonBuild}; this client is {client}."
                    : protocols.Length > 0 ? protocols.TrimStart()
                    : "The files of the daemon's program had changed since it was started.";
                await LeaveAsync(session, builds, replaced: true, cancellationToken).ConfigureAwait(false);
                return;

            case RefusalReason.Stopping:
                await LeaveAsync(session, "The previous daemon was stopping.", replaced: false, cancellationToken).ConfigureAwait(false);
                return;

            case RefusalReason.ClientIsOlder:
                throw new DaemonVersionException(
                    $"The running daemon {connection.Address} is {refusal.DaemonBuild}; this client is older: {client}. Use the newer program, stop the daemon, or give each build a daemon of its own: {SideBySide}.{protocols}",
                    client.Time, refusal.DaemonBuild.Time);

            case RefusalReason.ProgramIsOlder:
                throw ProgramIsOlder(refusal.DaemonBuild);

            case RefusalReason.ClientIsOutdated:
                throw new DaemonVersionException(
                    $"The running daemon {connection.Address} is {refusal.DaemonBuild}; this client is {client}, and its own files have changed since it was started, so that it does not decide which build is to run. Restart this program.{protocols}",
                    client.Time, refusal.DaemonBuild.Time);

            case RefusalReason.ReplacedTooOften:
                throw new DaemonVersionException(
                    $"The running daemon {connection.Address} is {refusal.DaemonBuild}; this client is {client}. It is not replaced, as clients of different builds have had each other's daemons replaced, and builds that had made room came back {RestartBudget.PerMinute} times within a minute or {RestartBudget.PerHour} within an hour. Use one build, or give each a daemon of its own: {SideBySide}.{protocols}",
                    client.Time, refusal.DaemonBuild.Time);

            case RefusalReason.Reentrant:
                throw Reentrancy.Exception(request.Name, connection.Address, session.Welcome.Incarnation, refusal.Status, _chain);

            case RefusalReason.StartFailed:
                throw new DaemonStartException($"The daemon {connection.Address} could not start: {refusal.Error?.Message}", refusal.Error?.ToException())
                {
                    LogPath = session.Welcome.LogPath,
                    LastLines = session.Welcome.LogPath.Length > 0 ? DaemonLog.Tail(session.Welcome.LogPath) : [],
                };

            default:
                throw new DaemonProtocolException($"The daemon refused {request.Name} for a reason that this client does not know ({(int)refusal.Reason}).{protocols}");
        }
    }

    private DaemonVersionException ProgramIsOlder(BuildIdentity daemon)
    {
        BuildIdentity client = connection.Build;
        string path = connection.Options.Launch.Path ?? "";
        return new DaemonVersionException(
            $"The daemon's program, '{path}', is {daemon}; this client is {(client.Replaces(daemon) ? "newer" : "another build")}: {client}. Build or publish the daemon's program anew, so that both have one contract, or name another program in DaemonClientOptions.Launch.",
            client.Time, daemon.Time);
    }

    /// <summary>Waits until the daemon has gone, so that the next attempt reaches its successor.</summary>
    private async Task LeaveAsync(ClientSession session, string reason, bool replaced, CancellationToken cancellationToken)
    {
        CountAttempt(reason);
        DaemonWatch? watch = replaced && Listening.IsPossible ? DaemonWatch.BeginReplacement(connection.Address.Id, connection.Address.Instance, reason) : null;
        try
        {
            await EndedAsync(session, reason, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            watch?.End(null, session.Welcome.ProcessId, exception);
            throw;
        }

        watch?.End("Left", session.Welcome.ProcessId, null);
        connection.Drop(session, reason, replaced);
    }

    private async Task EndedAsync(ClientSession session, string reason, CancellationToken cancellationToken)
    {
        try
        {
            _ = await session.Ended.WaitAsync(new Deadline(connection.Options.StartTimeout).Left, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new DaemonUnresponsiveException(
                $"The daemon {connection.Address} (process {session.Welcome.ProcessId}) said that it leaves, but lives on after {connection.Options.StartTimeout.TotalSeconds} s. {reason}", exception);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw NeverStarted(cancellationToken);
        }
    }

    private const string SideBySide = "DaemonClientOptions.VersionPolicy = VersionPolicy.SideBySide";

    private string LogHint => connection.Daemon.LogPath is { } path ? $" Its log: {path}" : "";

    private void CountAttempt(string reason)
    {
        if (++_attempts >= MostAttempts)
        {
            throw new DaemonDisconnectedException($"The daemon {connection.Address} went away {_attempts} times in a row before it could run {request.Name}. {reason}", mayHaveRun: false);
        }
    }

    private Exception Ended(ClientSession session, SessionEnd closed, bool neverRan, bool isForced, CancellationToken cancellationToken) => closed.Goodbye switch
    {
        { } goodbye when isForced && !neverRan => Canceled(new CancelReply(CancelOutcome.Forced, goodbye.CausedBy), cancellationToken),
        { Reason: GoodbyeReason.Protocol } goodbye => new DaemonProtocolException($"The daemon ended the connection: {goodbye.Message}"),
        null when connection.IsDisposed => new ObjectDisposedException(null, $"The client of the daemon {connection.Address} was disposed before {request.Name} was answered, which may have run."),
        null when closed.Failure is null or IOException => Vanished(session.Welcome, neverRan),
        _ => new DaemonDisconnectedException($"{WentAway(neverRan)} {closed.Describe()}{LogHint}", !neverRan) { LogPath = connection.Daemon.LogPath },
    };

    private DaemonDisconnectedException Vanished(Welcome daemon, bool neverRan)
    {
        CrashReport report = connection.Options.Site is ClientSite site
            ? site.ReportOf(daemon)
            : CrashReport.Of(connection.Address, daemon.ProcessId, daemon.LogPath.Length > 0 ? daemon.LogPath : null);
        return new DaemonDisconnectedException($"{WentAway(neverRan)} {report.Text}", !neverRan)
        {
            ExitCode = report.ExitCode,
            Signal = report.Signal,
            LogPath = report.LogPath,
            LastLines = report.LastLines,
        };
    }

    private string WentAway(bool neverRan) => $"The daemon {connection.Address} went away before it answered {request.Name}{(neverRan ? ", which did not run" : ", which may have run")}.";

    private DaemonTaskCanceledException Canceled(CancelReply reply, CancellationToken cancellationToken)
    {
        bool byToken = cancellationToken.IsCancellationRequested;
        string how = reply.Outcome switch
        {
            CancelOutcome.Forced => "by force, as it did not end by itself",
            CancelOutcome.Abandoned => "by abandoning it, as it did not end by itself",
            CancelOutcome.NeverStarted => "before it started",
            _ => "and has ended",
        };
        string by = byToken ? "" : $" by process {reply.CanceledBy}";
        return new DaemonTaskCanceledException($"{request.Name} was cancelled{by} {how}.", reply.Outcome, reply.CanceledBy, byToken ? cancellationToken : default);
    }
}
