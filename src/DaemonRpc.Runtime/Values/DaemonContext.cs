using Microsoft.Extensions.Logging;

namespace DaemonRpc;

/// <summary>
/// Gives a handler access to its daemon: identity, status reports, log, shutdown, the current caller, and giving way to other calls. Passed to the factory. Safe from any thread.
/// </summary>
public sealed class DaemonContext
{
    private readonly Func<DaemonCaller?> _caller;
    private readonly Func<CancellationToken, ValueTask> _yield;

    internal DaemonContext(
        string id, string instance, DaemonStatusReporter status, Func<DaemonCaller?> caller, Func<CancellationToken, ValueTask> yield, ILogger logger, IDaemonLife life, CancellationToken stopping)
    {
        Life = life;
        Id = id;
        Instance = instance;
        Status = status;
        Logger = logger;
        Stopping = stopping;
        _caller = caller;
        _yield = yield;
    }

    /// <summary>The contract's id.</summary>
    public string Id { get; }

    /// <summary>The instance that this daemon serves; empty when its clients named none.</summary>
    public string Instance { get; }

    /// <summary>Reports to all watchers what the handler is doing.</summary>
    public DaemonStatusReporter Status { get; }

    /// <summary>
    /// Logs what the handler does: to <see cref="DaemonOptions.LoggerFactory"/>, in the category of the contract's id, or otherwise, from
    /// <see cref="LogLevel.Information"/> on, to standard error, which is the log file of a launched daemon. A daemon in this process
    /// (<c>ConnectInProcess</c>) logs nowhere. What a task logs goes to its caller too, if that one asks for it (<see cref="DaemonClientOptions.TaskLogLevel"/>).
    /// </summary>
    /// <remarks>Messages are written on the calling thread, before the call of the logger returns. It never waits for the caller.</remarks>
    public ILogger Logger { get; }

    /// <summary>A token that is cancelled when the daemon begins to stop. The handler's background work should end then.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>The client whose task is running.</summary>
    /// <exception cref="InvalidOperationException">No task runs.</exception>
    public DaemonCaller Caller => _caller() ?? throw new InvalidOperationException(
        "DaemonContext.Caller was read while no task runs. Read it inside a contract method, and keep the value if background work needs it.");

    // Ends the daemon from within its process.
    internal IDaemonLife Life { get; }

    /// <summary>
    /// Lets calls that wait for their turn run now, one at a time, and completes when it is this task's turn again. Completes at once, in a few
    /// nanoseconds, when none waits. So a long task lets short calls pass.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Await it at a safe point: the fields of the handler are in order, and no other part of the task works meanwhile, because other calls of this handler
    /// run in between. The task goes on after all that waited when it gave way; a call that comes later waits for the next time. A task that runs
    /// in between may give way too. A call that would not wait (<see cref="DaemonClientOptions.BusyTimeout"/> is zero) is refused as ever.
    /// </para>
    /// <para>
    /// A cancelled task is the next to go on; its token is cancelled only then. A task that is being cancelled does not give way.
    /// </para>
    /// </remarks>
    /// <param name="cancellationToken">The task's token.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled. The task runs again.</exception>
    /// <exception cref="InvalidOperationException">The caller is no part of a running task, or its task has given way already.</exception>
    public ValueTask YieldAsync(CancellationToken cancellationToken = default) => _yield(cancellationToken);
}
