namespace DaemonRpc;

/// <summary>What a daemon tells its handler about itself. Handed to the factory; safe from any thread.</summary>
public sealed class DaemonContext
{
    private readonly Func<DaemonCaller?> _caller;

    internal DaemonContext(string id, string instance, DaemonStatusReporter status, Func<DaemonCaller?> caller, CancellationToken stopping)
    {
        Id = id;
        Instance = instance;
        Status = status;
        Stopping = stopping;
        _caller = caller;
    }

    /// <summary>The contract's id.</summary>
    public string Id { get; }

    /// <summary>The instance this daemon serves; empty when the clients named none.</summary>
    public string Instance { get; }

    /// <summary>Tells everybody who watches what the handler is doing.</summary>
    public DaemonStatusReporter Status { get; }

    /// <summary>Cancelled when the daemon begins to stop. Background work of the handler should end then.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>The client whose task runs.</summary>
    /// <exception cref="InvalidOperationException">No task runs.</exception>
    public DaemonCaller Caller => _caller() ?? throw new InvalidOperationException(
        "DaemonContext.Caller was read while no task runs. Read it inside a contract method, and keep the value if background work needs it.");
}
