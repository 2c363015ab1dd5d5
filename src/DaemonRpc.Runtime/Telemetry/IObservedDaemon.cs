namespace DaemonRpc.Telemetry;

/// <summary>A daemon whose state listeners may ask for. From any thread.</summary>
internal interface IObservedDaemon
{
    string Id { get; }

    string Instance { get; }

    /// <summary>How many calls wait in its queue.</summary>
    int Waiting { get; }

    /// <summary>Whether a task runs.</summary>
    bool IsBusy { get; }
}
