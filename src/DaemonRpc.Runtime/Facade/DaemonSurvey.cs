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

/// <summary>Asks all daemons of a runtime directory at the same time, and reports each one as soon as it is known how it is.</summary>
/// <param name="runtimeDirectory">The runtime directory, or null for the user's default.</param>
/// <param name="timeout">How long each daemon may take to answer.</param>
/// <param name="handleTimeout">The timeout of the handles.</param>
/// <param name="includeEnded">Whether daemons that have ended are reported too.</param>
internal sealed class DaemonSurvey(string? runtimeDirectory, TimeSpan timeout, TimeSpan handleTimeout, bool includeEnded)
{
    // Each daemon occupies a thread while it is asked. Further ones wait for those before them.
    private const int MostAtOnce = 64;

    private readonly SemaphoreSlim _turns = new(MostAtOnce);

    /// <summary>Streams the reports, in the order in which they come.</summary>
    public async IAsyncEnumerable<DaemonReport> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The answers are awaited with timers.
        if (!PoolThreads.TryHaveTimers())
        {
            throw ThreadLimit.Exception();
        }

        DaemonAddress[] all = await BlockingThread.RunAsync("DaemonRpc control", () => DaemonAddress.All(runtimeDirectory).ToArray())
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        await foreach (Task<DaemonReport?> known in Task.WhenEach(all.Select(InTurnAsync)).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (await known.ConfigureAwait(false) is { } report)
            {
                yield return report;
            }
        }
    }

    private async Task<DaemonReport?> InTurnAsync(DaemonAddress files)
    {
        await _turns.WaitAsync().ConfigureAwait(false);
        try
        {
            return await AskAsync(files, new Deadline(timeout)).ConfigureAwait(false);
        }
        finally
        {
            _ = _turns.Release();
        }
    }

    private async Task<DaemonReport?> AskAsync(DaemonAddress files, Deadline deadline)
    {
        Dialed dialed;
        try
        {
            dialed = await BlockingThread.RunAsync("DaemonRpc control", () => Dial(files, deadline), static dialed => dialed.Session?.Read()).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DaemonException or IOException)
        {
            return Silent(files, exception.Message);
        }

        if (dialed.Session is not { } session)
        {
            return dialed.Problem is { } problem ? Silent(files, problem) : includeEnded ? Ended(files) : null;
        }

        using (session)
        {
            Welcome welcome = session.Welcome;
            DaemonAddress named = files.Named(welcome.Id, welcome.Instance);
            var daemon = new DaemonHandle(new SocketDialer(named), named, handleTimeout, welcome, DaemonOrigin.Reused, "It was running.");
            try
            {
                byte[]? answer = await ControlCall.AskAsync(session, FrameKind.StatusQuery, FrameBuffer.Rent(), CancellationToken.None)
                    .WaitAsync(deadline.Left).ConfigureAwait(false);
                return answer is null ? await LeavingAsync(files, daemon, deadline).ConfigureAwait(false)
                    : new DaemonReport(daemon, welcome) { Status = StatusMessage.Read(answer) };
            }
            catch (TimeoutException)
            {
                return new DaemonReport(daemon, welcome) { Problem = LivenessProbe.Missing(named, welcome, timeout, "").Message };
            }
            catch (DaemonProtocolException exception)
            {
                return new DaemonReport(daemon, welcome) { Problem = exception.Message };
            }
        }
    }

    /// <summary>Connects to a daemon that lives. Waits for one that is starting or leaving.</summary>
    private static Dialed Dial(DaemonAddress files, Deadline deadline)
    {
        DaemonAddress? named = null;
        while (true)
        {
            LockHolder holder = InstanceLock.Probe(files.InstanceLockPath);
            if (!holder.IsHeld)
            {
                return default;
            }

            // The name is for messages only: whoever answers says who it is.
            named ??= files.NamedByJournal();
            var hello = new Hello { Program = ContractIdentity.Program };
            if (new SocketDialer(named).TryOpen(hello, deadline) is { } session)
            {
                return new Dialed(session, null);
            }

            switch (InstanceLock.Await(files.InstanceLockPath, files.SocketPath, deadline, out holder))
            {
                case HolderState.Gone:
                    return default;

                case HolderState.Served when !deadline.HasPassed:
                    break;

                default:
                    return new Dialed(null, $"It is alive ({holder} holds its instance lock), but nobody listens at {files.SocketPath}: it is starting or leaving.");
            }
        }
    }

    private async Task<DaemonReport?> LeavingAsync(DaemonAddress files, DaemonHandle daemon, Deadline deadline)
    {
        HolderState state = await BlockingThread.RunAsync(
            "DaemonRpc control", () => InstanceLock.Await(files.InstanceLockPath, files.SocketPath, deadline, out _)).ConfigureAwait(false);
        return state != HolderState.Gone ? new DaemonReport(daemon, isRunning: true) { Problem = "It ended the connection before it said what it does: it is leaving." }
            : includeEnded ? Ended(files) : null;
    }

    private DaemonReport Silent(DaemonAddress files, string problem) => new(FromFiles(files, isRunning: true), isRunning: true) { Problem = problem };

    private DaemonReport Ended(DaemonAddress files) => new(FromFiles(files, isRunning: false), isRunning: false);

    private DaemonHandle FromFiles(DaemonAddress files, bool isRunning)
    {
        DaemonAddress named = files.NamedByJournal();
        DaemonJournalEntry? start = named.Id.Length == 0 ? null : new JournalFile(named.JournalPath).ReadIfPossible().FindLast(JournalFile.IsStart);
        var welcome = new Welcome
        {
            Id = named.Id,
            Instance = named.Instance,
            ProcessId = isRunning ? Holder(files) : 0,
            Build = new BuildIdentity(start?.BuildTimestamp.UtcTicks ?? 0, 0),
            LogPath = File.Exists(files.LogPath) ? files.LogPath : "",
        };
        return new DaemonHandle(
            new SocketDialer(named), named, handleTimeout, welcome, DaemonOrigin.Reused, isRunning ? "It did not answer." : "It had ended.", hasAnswered: false);
    }

    private static int Holder(DaemonAddress files)
    {
        try
        {
            return InstanceLock.Probe(files.InstanceLockPath).ProcessId;
        }
        catch (IOException)
        {
            // The lock's file is not a regular file, or another user's.
            return 0;
        }
    }

    private readonly record struct Dialed(ClientSession? Session, string? Problem);
}
