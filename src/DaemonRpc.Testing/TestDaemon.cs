using DaemonRpc.Testing.InProcess;

namespace DaemonRpc.Testing;

/// <summary>A daemon in the test's own process, for tests of handlers and of what a tool makes of its daemon's failures.</summary>
/// <remarks>
/// <para>
/// The client is the generated one, connected with <c>ConnectAsync</c> and the options from <see cref="ClientOptions"/>; the daemon is the generated one too, run by
/// the function that is given here. Both run the code that they run between processes; only the transport is memory. So a fault has the consequences that it has
/// between processes, with the same exceptions. Each start calls the function again, as each start of a daemon is a new process: after a crash, when it idled out, and so on.
/// </para>
/// <para>
/// Every object has daemons of its own, so that tests may run in parallel. They have no files, and <see cref="DaemonControl"/> does not see them; the client's
/// <c>Daemon</c> does everything. Works on Windows too, except <see cref="FailNextStart"/>. Safe from any thread.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// await using var daemon = new TestDaemon(options => WordsDaemon.RunAsync(context => new Words(context), options));
/// await using WordsClient words = await WordsClient.ConnectAsync(daemon.ClientOptions());
/// daemon.CrashNext(CallPoint.AfterHandler);
/// </code>
/// </example>
public sealed class TestDaemon : IAsyncDisposable
{
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_endTimeout = TimeSpan.FromSeconds(10);

    private readonly TestSite _site;

    /// <summary>Creates the object. The first client, or <see cref="StartAsync"/>, starts the daemon.</summary>
    /// <param name="run">
    /// Runs the daemon, such as <c>options => WordsDaemon.RunAsync(context => new Words(context), options)</c>. It may change the options, but must pass them on. It
    /// is called for each start, on a thread of the pool.
    /// </param>
    /// <param name="timeProvider">
    /// The clock of the daemon's and its clients' timeouts: idle timeout, cancel grace, busy timeout and call timeout; null for real time. The start timeout is always
    /// real.
    /// </param>
    public TestDaemon(Func<DaemonOptions, Task<int>> run, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        _site = new TestSite(run, timeProvider);
    }

    /// <summary>A copy of the statuses that the daemons have published so far, oldest first. Nothing is merged or left out.</summary>
    public IReadOnlyList<DaemonStatus> Statuses => _site.Record.Statuses;

    /// <summary>A copy of the messages that the daemons have logged so far, oldest first, of every level, unless the function sets another logger factory.</summary>
    public IReadOnlyList<RecordedLog> Log => _site.Record.Log;

    /// <summary>A copy of the journal so far, oldest first: why daemons were started, and how they ended.</summary>
    public IReadOnlyList<DaemonJournalEntry> Journal => _site.Record.Journal;

    /// <summary>Creates options with which the generated client's <c>ConnectAsync</c> reaches this daemon, and starts it if none runs.</summary>
    /// <returns>New options, which the caller may change. <see cref="DaemonClientOptions.RuntimeDirectory"/> has no effect.</returns>
    public DaemonClientOptions ClientOptions() => new() { Site = _site };

    /// <summary>Starts the daemon before any client does. A daemon that runs is stopped first.</summary>
    /// <param name="build">Which build it is, compared with the clients.</param>
    /// <param name="instance">The instance that it serves; empty for the unnamed one.</param>
    /// <exception cref="DaemonStartException">The function threw, or returned without running the daemon.</exception>
    /// <exception cref="DaemonUnresponsiveException">The daemon that ran has not ended within 10 seconds.</exception>
    public Task StartAsync(DaemonBuild build = DaemonBuild.Same, string instance = "") =>
        Task.Run(() => _site.EnsureStarted(instance, build, s_startTimeout));

    /// <summary>
    /// Occupies the daemon with another client's task, so that calls are refused with <see cref="DaemonBusyException"/>, or wait if their client has a
    /// <see cref="DaemonClientOptions.BusyTimeout"/>. Starts the daemon if none runs.
    /// </summary>
    /// <param name="method">The name of the method that runs, for the exception and the status.</param>
    /// <param name="status">What the task reports, or null for nothing.</param>
    /// <param name="instance">The instance; empty for the unnamed one.</param>
    /// <returns>The task. Disposing it frees the daemon.</returns>
    /// <exception cref="InvalidOperationException">Another task runs already.</exception>
    /// <exception cref="DaemonStartException">The function threw, or returned without running the daemon.</exception>
    public async Task<DaemonOccupation> OccupyAsync(string method, string? status = null, string instance = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        Incarnation daemon = await Task.Run(() => _site.EnsureStarted(instance, null, s_startTimeout)).ConfigureAwait(false);
        return await _site.Occupations.BeginAsync(daemon, method, status).ConfigureAwait(false);
    }

    /// <summary>Holds the next call at a point until it is released. Cancelling the call ends the wait; before the handler, with the outcome <see cref="CancelOutcome.Stopped"/>.</summary>
    /// <param name="point">The point. Between items, all that the connection brings is held, also the answer to a cancellation.</param>
    /// <param name="method">The name of the method whose next call is held, or null for the next call of any.</param>
    /// <exception cref="ArgumentException">The point is <see cref="CallPoint.BeforeRequest"/>, where nothing can be held: hold the call before the handler.</exception>
    public CallFault HoldNext(CallPoint point, string? method = null)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point == CallPoint.BeforeRequest
            ? throw new ArgumentException("A call cannot be held before its request is sent. Hold it at CallPoint.BeforeHandler.", nameof(point))
            : _site.Faults.Add(FaultAction.Hold, point, method);
    }

    /// <summary>
    /// Has the next call hang before its handler, whatever its token says. Cancelling it has the daemon end by force after the cancel grace: the outcome is
    /// <see cref="CancelOutcome.Forced"/>, and another daemon takes over.
    /// </summary>
    /// <param name="method">The name of the method whose next call hangs, or null for the next call of any.</param>
    public CallFault HangNext(string? method = null) => _site.Faults.Add(FaultAction.Hang, CallPoint.BeforeHandler, method);

    /// <summary>Ends the connection of the next call at a point. The daemon lives on, and treats the call as one whose client has gone.</summary>
    /// <param name="point">The point.</param>
    /// <param name="method">The name of the method whose next call is cut, or null for the next call of any.</param>
    public CallFault CutNext(CallPoint point, string? method = null)
    {
        ArgumentNullException.ThrowIfNull(point);
        return _site.Faults.Add(FaultAction.Cut, point, method);
    }

    /// <summary>Ends the daemon at a point of the next call as a process that is killed: without a word, and without disposing the handler.</summary>
    /// <remarks>A handler's method that is running, for a stream for instance, cannot be ended; its token is cancelled, as its client has gone.</remarks>
    /// <param name="point">The point.</param>
    /// <param name="method">The name of the method at whose next call the daemon ends, or null for the next call of any.</param>
    public CallFault CrashNext(CallPoint point, string? method = null)
    {
        ArgumentNullException.ThrowIfNull(point);
        return _site.Faults.Add(FaultAction.Crash, point, method);
    }

    /// <summary>Ends the running daemons now, as processes that are killed. Nothing happens if none runs.</summary>
    public void Crash() => _site.Crash();

    /// <summary>Has the next start fail with <see cref="DaemonStartException"/>, as a process that writes some lines and ends.</summary>
    /// <param name="exitCode">The process's exit code, from 1 to 255.</param>
    /// <param name="lines">What it writes, for <see cref="DaemonStartException.LastLines"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The exit code is none of a process that fails.</exception>
    /// <exception cref="PlatformNotSupportedException">This is Windows: a process is really started, as a daemon is.</exception>
    public void FailNextStart(int exitCode = 1, params IEnumerable<string> lines)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exitCode, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exitCode, byte.MaxValue);
        ArgumentNullException.ThrowIfNull(lines);
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("A daemon that fails to start is a real process, and there are no daemons on Windows.");
        }

        _site.FailNextStart(exitCode, [.. lines]);
    }

    /// <summary>Lets everything that is held go on, stops the daemon, and waits until its handler is disposed. Connections that are still open end.</summary>
    /// <exception cref="TimeoutException">A method of the handler still runs after 10 seconds, although its token is cancelled.</exception>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _site.CloseAsync(s_endTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"The handler has not ended within {s_endTimeout.TotalSeconds} s: a method of it still runs, although its token is cancelled.", exception);
        }
        finally
        {
            _site.Dispose();
        }
    }
}
