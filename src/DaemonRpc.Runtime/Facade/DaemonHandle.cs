using System.Runtime.CompilerServices;
using DaemonRpc.Control;
using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc;

/// <summary>A daemon as seen from outside: reads its status, cancels its task, stops it. Never starts or replaces a daemon.</summary>
/// <remarks>
/// Works while the daemon is busy, and on a daemon of any build. A handle stands for the daemon that serves the id and
/// instance at the time of each call, not for one process. Safe from any thread.
/// </remarks>
/// <example>
/// <code>
/// await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync(cancellationToken))
/// {
///     Console.Error.WriteLine($"{status.State}: {status.Message}");
/// }
/// </code>
/// </example>
public sealed class DaemonHandle
{
    // How long a daemon that was told to end at once may take to answer before its process is killed.
    private static readonly TimeSpan s_forceTimeout = TimeSpan.FromSeconds(2);

    // A successor answers within a fraction of this time. If it does not, the caller still has another error to report.
    private static readonly TimeSpan s_outcomeTimeout = TimeSpan.FromSeconds(2);

    private readonly IDaemonDialer _dialer;
    private readonly DaemonAddress _address;
    private readonly TimeSpan _timeout;
    private volatile Known _known;

    internal DaemonHandle(IDaemonDialer dialer, DaemonAddress address, TimeSpan timeout, Welcome welcome, DaemonOrigin origin, string reason, bool hasAnswered = true)
    {
        _dialer = dialer;
        _address = address;
        _timeout = timeout;
        _known = new Known(welcome, origin, reason, hasAnswered);
    }

    /// <summary>The contract's id.</summary>
    public string Id => _known.Welcome.Id;

    /// <summary>The instance; empty when the clients named none.</summary>
    public string Instance => _known.Welcome.Instance;

    /// <summary>The daemon's process id, as of the latest call.</summary>
    public int ProcessId => _known.Welcome.ProcessId;

    /// <summary>How the client came to use this daemon, as of the latest call.</summary>
    public DaemonOrigin Origin => _known.Origin;

    /// <summary>Why the daemon was started or replaced, as a sentence, as of the latest call.</summary>
    public string OriginReason => _known.Reason;

    /// <summary>When the daemon was built, in UTC, as of the latest call; the default value when its build supplied no time.</summary>
    public DateTimeOffset BuildTimestamp => _known.Welcome.Build.Time;

    /// <summary>The path of the daemon's log file, as of the latest call, or null when it has none.</summary>
    public string? LogPath => _known.Welcome.LogPath is { Length: > 0 } path ? path : null;

    /// <summary>Asks the daemon for its current status.</summary>
    /// <exception cref="DaemonDisconnectedException">No daemon runs, or it ended before it answered.</exception>
    /// <exception cref="DaemonUnresponsiveException">
    /// A daemon is alive but does not answer within the start timeout (10 seconds for a handle from <see cref="DaemonControl"/>).
    /// </exception>
    public async Task<DaemonStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        using ClientSession session = await OpenAsync(cancellationToken).ConfigureAwait(false) ?? throw NoneRuns();
        try
        {
            byte[] answer = await ControlCall.AskAsync(session, FrameKind.StatusQuery, FrameBuffer.Rent(), cancellationToken)
                .WaitAsync(_timeout, cancellationToken).ConfigureAwait(false) ?? throw NoneRuns();
            return StatusMessage.Read(answer);
        }
        catch (TimeoutException exception)
        {
            throw LivenessProbe.Missing(_address, session.Welcome, _timeout, "", exception);
        }
    }

    /// <summary>Streams the current status and every later one until the daemon ends.</summary>
    /// <remarks>
    /// Statuses arrive in order. Rapid reports of one task may be merged into the latest; gaps in <see cref="DaemonStatus.Sequence"/>
    /// show it. A slow consumer loses the oldest statuses, never the last one, and <see cref="DaemonStatus.Missed"/> counts them. A
    /// process that was suspended for long, in a debugger for instance, resumes its watch. When a task is ended by force or the
    /// daemon is replaced, the watch continues with the successor, whose sequence numbers start again.
    /// </remarks>
    /// <exception cref="DaemonDisconnectedException">No daemon runs when the watch begins.</exception>
    public async IAsyncEnumerable<DaemonStatus> WatchStatusAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ClientSession? session = await OpenAsync(cancellationToken).ConfigureAwait(false) ?? throw NoneRuns();
        (DaemonStatus Status, long Incarnation)? told = null;
        while (session is not null)
        {
            SessionEnd end;
            Welcome daemon = session.Welcome;
            bool isTold = false;
            using (session)
            {
                var watch = new StatusWatch(told is { } last && last.Incarnation == daemon.Incarnation ? last.Status : null);
                if (watch.TryStart(session))
                {
                    await foreach (DaemonStatus status in watch.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                    {
                        told = (status, daemon.Incarnation);
                        isTold = true;
                        yield return status;
                    }
                }

                end = await session.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            session = end.Goodbye?.Reason switch
            {
                GoodbyeReason.Forced => await OpenSuccessorAsync(cancellationToken).ConfigureAwait(false),
                GoodbyeReason.Replaced => await OpenAsync(() => SuccessorWait.Open(_address, new Deadline(_timeout), Open, _address.HasFiles ? null : static (_, _) => null), cancellationToken).ConfigureAwait(false),

                // Do not reconnect again and again to a daemon that sends no status, or one that cannot be parsed.
                null when isTold && end.Failure is not DaemonProtocolException => await OpenSameAsync(daemon, cancellationToken).ConfigureAwait(false),
                _ => null,
            };
        }

        if (told is null)
        {
            // The daemon was already leaving and said goodbye before the watch began.
            throw NoneRuns();
        }
    }

    /// <summary>Cancels the running task, whichever client owns it: first through its token, and after the daemon's cancel grace by force.</summary>
    /// <returns>What became of the task, once it has ended.</returns>
    /// <exception cref="DaemonDisconnectedException">The daemon ended before it reported the outcome.</exception>
    /// <exception cref="DaemonUnresponsiveException">
    /// The daemon is alive but does not answer. It will still carry out the cancellation if it resumes.
    /// </exception>
    public Task<CancelOutcome> CancelAsync(CancellationToken cancellationToken = default) => CancelAsync(new CancelTask(null), cancellationToken);

    /// <summary>
    /// Cancels one task, which runs or has given way (<see cref="DaemonStatus.YieldedTasks"/>). Has no effect when that task has already ended.
    /// </summary>
    /// <remarks>A task that has given way is the next to go on, and is told only then.</remarks>
    /// <param name="task">The task, from a <see cref="DaemonStatus"/> or a <see cref="DaemonBusyException"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the cancellation continues.</param>
    /// <inheritdoc cref="CancelAsync(CancellationToken)"/>
    public Task<CancelOutcome> CancelAsync(DaemonTaskId task, CancellationToken cancellationToken = default) =>
        CancelAsync(new CancelTask(task), cancellationToken);

    /// <summary>Stops the daemon and waits until it has gone. Returns at once when none runs.</summary>
    /// <remarks>
    /// A daemon that is starting or already leaving cannot be asked. This method waits for it up to the client's start
    /// timeout (<see cref="DaemonClientOptions.StartTimeout"/>). A daemon that another client starts later is not stopped.
    /// </remarks>
    /// <param name="force">
    /// If false, the running task finishes first. If true, the daemon ends at once together with its task. If it does not answer within 2
    /// seconds, its process is killed, provided that the owner of its instance lock and one other witness agree on which process it is.
    /// </param>
    /// <param name="cancellationToken">Stops waiting; the daemon still stops.</param>
    /// <exception cref="DaemonUnresponsiveException">
    /// A daemon is alive but does not answer. With <paramref name="force"/>: it is uncertain which process it is, or it did not end.
    /// </exception>
    public async Task StopAsync(bool force = false, CancellationToken cancellationToken = default)
    {
        try
        {
            TimeSpan timeout = force && (_timeout == Timeout.InfiniteTimeSpan || _timeout > s_forceTimeout) ? s_forceTimeout : _timeout;
            await new DaemonStop(_address, OpenAsync, timeout).RunAsync(force, cancellationToken).ConfigureAwait(false);
        }
        catch (DaemonUnresponsiveException) when (force && _address.HasFiles)
        {
            // Of a daemon that has never answered, the process is known by its lock alone, which cannot be its own second witness.
            int said = _known is { HasAnswered: true, Welcome.ProcessId: var answered } ? answered : 0;
            _ = await BlockingThread.RunAsync("DaemonRpc control", () =>
            {
                DaemonKill.Kill(_address, said, _timeout);
                return true;
            }).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the daemon's journal: when and why the daemons of this id and instance started and ended, oldest first.</summary>
    /// <remarks>
    /// Works when none runs. Empty for a daemon in this process. The journal keeps the last 64 KiB of entries, and up to 64 KiB before them.
    /// Each <see cref="DaemonClientOptions.LaunchEnvironment"/>, and each build with <see cref="VersionPolicy.SideBySide"/>, has a journal of its own;
    /// <see cref="DaemonControl.ReadJournalAsync"/> reads them all.
    /// </remarks>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    public Task<IReadOnlyList<DaemonJournalEntry>> ReadJournalAsync(CancellationToken cancellationToken = default) =>
        BlockingThread.RunAsync<IReadOnlyList<DaemonJournalEntry>>("DaemonRpc control", () => _address.HasFiles ? new JournalFile(_address.JournalPath).Read() : []).WaitAsync(cancellationToken);

    /// <summary>Records the daemon that the latest call reached.</summary>
    internal void Update(Welcome welcome, DaemonOrigin origin, string reason) => _known = new Known(welcome, origin, reason);

    /// <summary>
    /// Asks the running daemon for the outcome of a task that its predecessor was ended with. Returns null if it does not know, or if none runs.
    /// </summary>
    internal async Task<TaskOutcome?> FindOutcomeAsync(TaskOutcome wanted, CancellationToken cancellationToken)
    {
        TimeSpan timeout = _timeout == Timeout.InfiniteTimeSpan || _timeout > s_outcomeTimeout ? s_outcomeTimeout : _timeout;
        if (await OpenAsync(timeout, cancellationToken).ConfigureAwait(false) is not { } session)
        {
            return null;
        }

        using (session)
        {
            FrameBuffer frame = FrameBuffer.Rent();
            wanted.Write(frame);
            byte[]? answer = await ControlCall.AskAsync(session, FrameKind.OutcomeQuery, frame, cancellationToken).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            return answer is { Length: > 0 } ? TaskOutcome.Read(answer) : null;
        }
    }

    private async Task<CancelOutcome> CancelAsync(CancelTask request, CancellationToken cancellationToken)
    {
        if (await OpenAsync(cancellationToken).ConfigureAwait(false) is not { } session)
        {
            return CancelOutcome.NothingRunning;
        }

        using (session)
        {
            using ProcessWatch? process = DaemonStop.Watch(session);
            FrameBuffer frame = FrameBuffer.Rent();
            request.Write(frame);
            Task<byte[]?> asking = ControlCall.AskAsync(session, FrameKind.CancelTask, frame, cancellationToken);
            if (!await LivenessProbe.WaitAsync(session, asking, _timeout).ConfigureAwait(false))
            {
                throw LivenessProbe.Missing(_address, session.Welcome, _timeout, "The task may still run. ");
            }

            if (await asking.ConfigureAwait(false) is { } answer)
            {
                return CancelReply.Read(answer).Outcome;
            }

            SessionEnd end = await session.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (end.Goodbye is { Reason: GoodbyeReason.Forced } goodbye && (request.Task is null || request.Task == goodbye.Task))
            {
                if (!goodbye.HandsOver)
                {
                    _ = await DaemonStop.IsGoneAsync(process, _timeout, cancellationToken).ConfigureAwait(false);
                }

                return CancelOutcome.Forced;
            }

            if (request.Task is { } task && await FindOutcomeAsync(new TaskOutcome { Task = task }, cancellationToken).ConfigureAwait(false) is { } known)
            {
                return known.Outcome;
            }

            throw new DaemonDisconnectedException($"The daemon {_address} went away before it said what became of the task: {end.Describe()}", mayHaveRun: true);
        }
    }

    private Task<ClientSession?> OpenAsync(CancellationToken cancellationToken) => OpenAsync(_timeout, cancellationToken);

    private Task<ClientSession?> OpenAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        OpenAsync(() => Open(new Deadline(timeout)), cancellationToken);

    // A daemon that ended itself by force leaves the spawn lock to its successor, which releases it when it serves.
    private Task<ClientSession?> OpenSuccessorAsync(CancellationToken cancellationToken) =>
        OpenAsync(
            () =>
            {
                var deadline = new Deadline(_timeout);
                if (_address.HasFiles)
                {
                    FileLock.Acquire(_address.SpawnLockPath, deadline.Left, CancellationToken.None)?.Dispose();
                }

                return Open(deadline);
            },
            cancellationToken);

    // A daemon drops a watch that takes nothing, as when this process was suspended, without a goodbye; a daemon that
    // is ended by force cannot send one either. In both cases the same process lives on.
    private async Task<ClientSession?> OpenSameAsync(Welcome daemon, CancellationToken cancellationToken)
    {
        ClientSession? session = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (session is null || session.Welcome.Incarnation == daemon.Incarnation || session.Welcome.ProcessId == daemon.ProcessId)
        {
            return session;
        }

        session.Dispose();
        return null;
    }

    private static async Task<ClientSession?> OpenAsync(Func<ClientSession?> open, CancellationToken cancellationToken)
    {
        // The questions that follow on this session use timers.
        if (!PoolThreads.TryHaveTimers())
        {
            throw ThreadLimit.Exception();
        }

        Task<ClientSession?> opening = BlockingThread.RunAsync("DaemonRpc control", open, static session => session?.Read());
        try
        {
            return await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The caller has given up: dispose the session when it arrives.
            _ = opening.ContinueWith(
                static late => late.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private ClientSession? Open(Deadline deadline)
    {
        ClientSession? session = _dialer.TryOpen(new Hello { Id = _address.Id, Instance = _address.Instance, Program = ContractIdentity.Program }, deadline);
        if (session is not null)
        {
            Known known = _known;
            bool same = known.Welcome.Incarnation == session.Welcome.Incarnation;
            _known = same ? known : new Known(session.Welcome, DaemonOrigin.Reused, "It was running.");
        }

        return session;
    }

    private DaemonDisconnectedException NoneRuns() => new($"The daemon {_address} does not run.", mayHaveRun: false);

    private sealed record Known(Welcome Welcome, DaemonOrigin Origin, string Reason, bool HasAnswered = true);
}
