using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Testing.InProcess;

/// <summary>Finds and starts the daemons of one <see cref="TestDaemon"/>: at most one at a time per instance and variant.</summary>
/// <param name="run">The user's function, which stands for the program that is started as the daemon.</param>
/// <param name="clock">The clock of daemons and clients; null for real time.</param>
internal sealed class TestSite(Func<DaemonOptions, Task<int>> run, TimeProvider? clock) : ClientSite(clock), IDisposable
{
    private const int MostRounds = 5;
    private const int LastLines = 20;

    // SIGKILL.
    private const int KillSignal = 9;

    // A successor is awaited by the thread that ended its predecessor by force.
    private static readonly TimeSpan s_successorTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<DaemonKey, Incarnation> _current = [];
    private readonly List<Incarnation> _all = [];
    private readonly Queue<FailingStart> _failing = [];
    private readonly List<FailingStart> _failed = [];

    // Held while a daemon is started: the spawn lock.
    private readonly object _starting = new();
    private bool _isClosed;

    public FaultList Faults { get; } = new();

    public OccupationTable Occupations { get; } = new();

    public Record Record { get; } = new();

    public override Connection Connect(DaemonAddress address, Hello hello, LaunchReason reason, bool mayStart, Deadline deadline)
    {
        DaemonKey key = DaemonKey.Of(address);
        for (int round = 0; round < MostRounds; round++)
        {
            if (TryOpen(key, hello, deadline) is { } running)
            {
                return new Connection(running, DaemonOrigin.Reused, "It was running.");
            }

            if (!mayStart)
            {
                throw DaemonConnector.NoneRuns(address);
            }

            lock (_starting)
            {
                if (TryOpen(key, hello, deadline) is { } justStarted)
                {
                    return new Connection(justStarted, DaemonOrigin.Reused, "Another client had just started it.");
                }

                TakeFailing()?.Run(address, hello, reason, deadline);
                _ = Start(key, reason, DaemonBuild.Same, [], deadline);
                if (TryOpen(key, hello, deadline) is { } started)
                {
                    return new Connection(started, DaemonOrigin.Started, reason.Text);
                }
            }
        }

        throw new DaemonStartException($"The daemon {address} went away {MostRounds} times right after it was started.") { LastLines = LogTail() };
    }

    public override IDaemonDialer DialerTo(DaemonAddress address) => new Dialer(this, DaemonKey.Of(address));

    public override CrashReport ReportOf(Welcome daemon) =>
        new(null, KillSignal, null, LogTail(), CrashReport.Tell(daemon.ProcessId, null, KillSignal));

    /// <summary>Starts a daemon, unless it runs. Blocks the thread.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="build">Its build; null for whichever runs, or the clients'.</param>
    /// <param name="timeout">How long that may take.</param>
    public Incarnation EnsureStarted(string instance, DaemonBuild? build, TimeSpan timeout)
    {
        var key = new DaemonKey(instance, "");
        var deadline = new Deadline(timeout);
        lock (_starting)
        {
            if (Find(key) is { IsDead: false, Ended.IsCompleted: false } running)
            {
                if (build is null)
                {
                    return running;
                }

                running.Stop("The test starts another daemon.");
            }

            return Start(key, LaunchReason.Ours(DaemonJournalEvent.Started, "The test started it."), build ?? DaemonBuild.Same, [], deadline);
        }
    }

    /// <summary>Starts the daemon that follows one that was ended by force, unless a client has started another. Blocks the thread.</summary>
    public void StartSuccessor(Incarnation forced, LaunchReason reason, IReadOnlyList<TaskOutcome> outcomes)
    {
        lock (_starting)
        {
            if (Find(forced.Key) != forced)
            {
                return;
            }

            try
            {
                _ = Start(forced.Key, reason, DaemonBuild.Same, outcomes, new Deadline(s_successorTimeout));
            }
            catch (DaemonException)
            {
                // The next client tries again, and gets the reason if that fails too.
            }
        }
    }

    /// <summary>Has the next start fail as a process that ends with this exit code.</summary>
    public void FailNextStart(int exitCode, IReadOnlyList<string> lines)
    {
        lock (_gate)
        {
            _failing.Enqueue(new FailingStart(exitCode, lines));
        }
    }

    /// <summary>Ends the running daemons without a word.</summary>
    public void Crash() => Array.ForEach(All(), static daemon => daemon.Crash());

    /// <summary>Ends all daemons in the ordinary way, lets what is held go on, and waits until they have ended.</summary>
    /// <exception cref="TimeoutException">Code of a handler still runs after the timeout.</exception>
    public async Task CloseAsync(TimeSpan timeout)
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        Faults.End();
        Occupations.End();
        Incarnation[] all = All();
        foreach (Incarnation daemon in all)
        {
            daemon.Stop("The TestDaemon was disposed.");
            daemon.Disconnect();
        }

        await Task.WhenAll(all.Select(static daemon => daemon.Ended)).WaitAsync(timeout).ConfigureAwait(false);
    }

    public void Dispose() => _failed.ForEach(static failed => failed.Dispose());

    private IReadOnlyList<string> LogTail() => [.. Record.Log.TakeLast(LastLines).Select(static line => line.ToString())];

    private ClientSession? TryOpen(DaemonKey key, Hello hello, Deadline deadline) => Find(key)?.TryOpen(hello, deadline);

    private Incarnation? Find(DaemonKey key)
    {
        lock (_gate)
        {
            return _current.GetValueOrDefault(key);
        }
    }

    private Incarnation[] All()
    {
        lock (_gate)
        {
            return [.. _all];
        }
    }

    private FailingStart? TakeFailing()
    {
        lock (_gate)
        {
            if (_failing.TryDequeue(out FailingStart? failing))
            {
                _failed.Add(failing);
            }

            return failing;
        }
    }

    private Incarnation Start(DaemonKey key, LaunchReason reason, DaemonBuild build, IReadOnlyList<TaskOutcome> outcomes, Deadline deadline)
    {
        var next = new Incarnation(this, key, reason, build, outcomes);
        if (Find(key) is { } previous && !Task.WaitAll([previous.Ended], deadline.Left))
        {
            throw new DaemonUnresponsiveException($"The previous daemon is leaving, and was not done with that within {deadline}: code of its handler still runs.");
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(TestDaemon));
        }

        var options = new DaemonOptions { Instance = key.Instance, LoggerFactory = Record, TimeProvider = Clock ?? TimeProvider.System, Site = next };
        Task<int> process = Task.Run(() => run(options));
        int first = Task.WaitAny([next.Ready, process], deadline.Left);
        if (first != 0)
        {
            throw NotServing(first < 0 ? null : process, deadline);
        }

        lock (_gate)
        {
            _current[key] = next;
            _all.Add(next);
        }

        return next;
    }

    private static DaemonStartException NotServing(Task<int>? process, Deadline deadline)
    {
        const string Hint = "Does the function given to TestDaemon pass its options to RunAsync?";
        return process switch
        {
            null => new DaemonStartException($"The daemon was not ready within {deadline}. {Hint}"),
            { Exception: { } thrown } => new DaemonStartException($"The daemon ended without serving: {thrown.InnerException!.Message}", thrown.InnerException),
            _ => new DaemonStartException($"The daemon ended with exit code {process.Result} without serving. {Hint}") { ExitCode = process.Result },
        };
    }

    private sealed class Dialer(TestSite site, DaemonKey key) : IDaemonDialer
    {
        public ClientSession? TryOpen(Hello hello, Deadline deadline) => site.TryOpen(key, hello, deadline);
    }
}
