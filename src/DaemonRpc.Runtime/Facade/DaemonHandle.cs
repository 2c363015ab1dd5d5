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

/// <summary>A daemon as seen from outside: what it does, and how to cancel or stop it. Never starts or replaces one.</summary>
/// <remarks>
/// Works while the daemon is busy, and on a daemon of any build. It stands for whichever daemon serves the id and
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
    // What a daemon that is told to end at once may take to answer, before its process is killed.
    private static readonly TimeSpan s_forceLimit = TimeSpan.FromSeconds(2);

    // A daemon that took over is there within a fraction of it; whoever asks has other news to give if it is not.
    private static readonly TimeSpan s_outcomeLimit = TimeSpan.FromSeconds(2);

    private readonly IDaemonDialer _dialer;
    private readonly DaemonAddress _address;
    private readonly TimeSpan _limit;
    private volatile Known _known;

    internal DaemonHandle(IDaemonDialer dialer, DaemonAddress address, TimeSpan limit, Welcome welcome, DaemonOrigin origin, string reason)
    {
        _dialer = dialer;
        _address = address;
        _limit = limit;
        _known = new Known(welcome, origin, reason);
    }

    /// <summary>The contract's id.</summary>
    public string Id => _known.Welcome.Id;

    /// <summary>The instance; empty when the clients named none.</summary>
    public string Instance => _known.Welcome.Instance;

    /// <summary>The daemon's process, as of the latest call.</summary>
    public int ProcessId => _known.Welcome.ProcessId;

    /// <summary>Where the daemon came from, as of the latest call.</summary>
    public DaemonOrigin Origin => _known.Origin;

    /// <summary>Why it was started or replaced, in a sentence, as of the latest call.</summary>
    public string OriginReason => _known.Reason;

    /// <summary>When the daemon was built, in UTC, as of the latest call; the default when its build supplied no time.</summary>
    public DateTimeOffset BuildTimestamp => _known.Welcome.Build.Time;

    /// <summary>The daemon's log file, as of the latest call, or null when it writes none.</summary>
    public string? LogPath => _known.Welcome.LogPath is { Length: > 0 } path ? path : null;

    /// <summary>What the daemon does now.</summary>
    /// <exception cref="DaemonDisconnectedException">No daemon runs, or it went away meanwhile.</exception>
    /// <exception cref="DaemonUnresponsiveException">One is alive but does not answer.</exception>
    public async Task<DaemonStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        using ClientSession session = await OpenAsync(cancellationToken).ConfigureAwait(false) ?? throw NoneRuns();
        try
        {
            byte[] answer = await ControlCall.AskAsync(session, FrameKind.StatusQuery, FrameBuffer.Rent(), cancellationToken)
                .WaitAsync(_limit, cancellationToken).ConfigureAwait(false) ?? throw NoneRuns();
            return StatusMessage.Read(answer);
        }
        catch (TimeoutException exception)
        {
            throw LivenessProbe.Missing(_address, session.Welcome, _limit, "", exception);
        }
    }

    /// <summary>The current status, and every later one, until the daemon leaves.</summary>
    /// <remarks>
    /// In order; reports of one task that follow each other quickly may be merged into the last, and gaps in
    /// <see cref="DaemonStatus.Sequence"/> show it. Who takes them too slowly loses the oldest, and
    /// <see cref="DaemonStatus.Missed"/> tells how many; the last one always comes. A process that was stopped for long, in a
    /// debugger for instance, goes on where it was. When a task is ended by force, or the daemon is
    /// replaced, the watch goes on with the daemon that takes over, whose sequence numbers begin anew.
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
                GoodbyeReason.Replaced => await OpenAsync(() => SuccessorWait.Open(_address, new Deadline(_limit), Open), cancellationToken).ConfigureAwait(false),

                // Not again and again from one that tells nothing, or nothing that can be understood.
                null when isTold && end.Failure is not DaemonProtocolException => await OpenSameAsync(daemon, cancellationToken).ConfigureAwait(false),
                _ => null,
            };
        }

        if (told is null)
        {
            // It was on its way out, and said goodbye before it could be asked.
            throw NoneRuns();
        }
    }

    /// <summary>Cancels whatever task runs, whoever's it is, in two steps: its token, and after the daemon's grace by force.</summary>
    /// <returns>What became of it, once that is true.</returns>
    /// <exception cref="DaemonDisconnectedException">The daemon went away before it could tell.</exception>
    /// <exception cref="DaemonUnresponsiveException">It is alive but does not answer. What it has been told it will do, should it go on.</exception>
    public Task<CancelOutcome> CancelAsync(CancellationToken cancellationToken = default) => CancelAsync(new CancelTask(null), cancellationToken);

    /// <summary>Cancels one task, and never another: when it has ended, nothing happens.</summary>
    /// <param name="task">The task, from a <see cref="DaemonStatus"/> or a <see cref="DaemonBusyException"/>.</param>
    /// <param name="cancellationToken">Ends the waiting, not the cancellation.</param>
    /// <inheritdoc cref="CancelAsync(CancellationToken)"/>
    public Task<CancelOutcome> CancelAsync(DaemonTaskId task, CancellationToken cancellationToken = default) =>
        CancelAsync(new CancelTask(task), cancellationToken);

    /// <summary>Stops the daemon and waits until it has gone. Succeeds when none runs.</summary>
    /// <remarks>
    /// A daemon that starts or already leaves, and so cannot be asked, is waited for, at most as long as the client may wait for
    /// a start (<see cref="DaemonClientOptions.StartTimeout"/>). One that another client starts afterwards is not this call's.
    /// </remarks>
    /// <param name="force">
    /// Ends it at once, with the task that runs; also one that no longer answers, whose process is then killed, if the
    /// owner of its instance lock and another witness agree on which process that is. Otherwise the task finishes first.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting, not the stopping.</param>
    /// <exception cref="DaemonUnresponsiveException">One is alive but does not answer; with force, it is not certain which process it is.</exception>
    public async Task StopAsync(bool force = false, CancellationToken cancellationToken = default)
    {
        try
        {
            TimeSpan limit = force && (_limit == Timeout.InfiniteTimeSpan || _limit > s_forceLimit) ? s_forceLimit : _limit;
            await new DaemonStop(_address, OpenAsync, limit).RunAsync(force, cancellationToken).ConfigureAwait(false);
        }
        catch (DaemonUnresponsiveException) when (force && _address.HasFiles)
        {
            int said = _known.Welcome.ProcessId;
            _ = await BlockingThread.RunAsync("DaemonRpc control", () =>
            {
                DaemonKill.Kill(_address, said, _limit);
                return true;
            }).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>When this id's daemons began to serve and why they left, oldest first, as far back as is kept.</summary>
    /// <remarks>Works when none runs. Empty for a daemon in this process. The last 64 KiB of entries are kept, and up to 64 KiB before them.</remarks>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    public Task<IReadOnlyList<DaemonJournalEntry>> ReadJournalAsync(CancellationToken cancellationToken = default) =>
        BlockingThread.RunAsync<IReadOnlyList<DaemonJournalEntry>>("DaemonRpc control", () => _address.HasFiles ? new JournalFile(_address.JournalPath).Read() : []).WaitAsync(cancellationToken);

    /// <summary>Notes what the latest call met.</summary>
    internal void Update(Welcome welcome, DaemonOrigin origin, string reason) => _known = new Known(welcome, origin, reason);

    /// <summary>Asks the daemon that runs now what became of a task that one before it was ended with. Null when it does not know, or none runs.</summary>
    internal async Task<TaskOutcome?> FindOutcomeAsync(TaskOutcome wanted, CancellationToken cancellationToken)
    {
        TimeSpan limit = _limit == Timeout.InfiniteTimeSpan || _limit > s_outcomeLimit ? s_outcomeLimit : _limit;
        if (await OpenAsync(limit, cancellationToken).ConfigureAwait(false) is not { } session)
        {
            return null;
        }

        using (session)
        {
            FrameBuffer frame = FrameBuffer.Rent();
            wanted.Write(frame);
            byte[]? answer = await ControlCall.AskAsync(session, FrameKind.OutcomeQuery, frame, cancellationToken).WaitAsync(limit, cancellationToken).ConfigureAwait(false);
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
            if (!await LivenessProbe.WaitAsync(session, asking, _limit).ConfigureAwait(false))
            {
                throw LivenessProbe.Missing(_address, session.Welcome, _limit, "The task may still run. ");
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
                    _ = await DaemonStop.IsGoneAsync(process, _limit, cancellationToken).ConfigureAwait(false);
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

    private Task<ClientSession?> OpenAsync(CancellationToken cancellationToken) => OpenAsync(_limit, cancellationToken);

    private Task<ClientSession?> OpenAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        OpenAsync(() => Open(new Deadline(limit)), cancellationToken);

    // The daemon that ended itself left the spawn lock to its successor, who lets go of it when it serves.
    private Task<ClientSession?> OpenSuccessorAsync(CancellationToken cancellationToken) =>
        OpenAsync(
            () =>
            {
                var deadline = new Deadline(_limit);
                FileLock.Acquire(_address.SpawnLockPath, deadline.Left, CancellationToken.None)?.Dispose();
                return Open(deadline);
            },
            cancellationToken);

    // A daemon ends the connection of a watch that takes nothing, as this process did while it was stopped, without a word; and
    // one that was ended by force cannot give it one either. Both live on as the same process.
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
        // Whatever the daemon is asked then is waited for with a limit.
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
            // Nobody will use what comes of it.
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

    private sealed record Known(Welcome Welcome, DaemonOrigin Origin, string Reason);
}
