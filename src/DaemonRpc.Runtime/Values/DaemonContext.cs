using Microsoft.Extensions.Logging;

namespace DaemonRpc;

/// <summary>
/// Gives a handler access to its daemon: identity, status reports, log, shutdown and the current caller. Passed to the factory. Safe from any thread.
/// </summary>
public sealed class DaemonContext
{
    private readonly Func<DaemonCaller?> _caller;

    internal DaemonContext(string id, string instance, DaemonStatusReporter status, Func<DaemonCaller?> caller, ILogger logger, CancellationToken stopping)
    {
        Id = id;
        Instance = instance;
        Status = status;
        Logger = logger;
        Stopping = stopping;
        _caller = caller;
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
    /// (<c>ConnectInProcess</c>) logs nowhere.
    /// </summary>
    /// <remarks>Messages are written on the calling thread, before the call of the logger returns.</remarks>
    public ILogger Logger { get; }

    /// <summary>A token that is cancelled when the daemon begins to stop. The handler's background work should end then.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>The client whose task is running.</summary>
    /// <exception cref="InvalidOperationException">No task runs.</exception>
    public DaemonCaller Caller => _caller() ?? throw new InvalidOperationException(
        "DaemonContext.Caller was read while no task runs. Read it inside a contract method, and keep the value if background work needs it.");
}
