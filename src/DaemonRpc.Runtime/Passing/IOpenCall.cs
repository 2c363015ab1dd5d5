namespace DaemonRpc.Passing;

/// <summary>A call that goes on while its caller uses the stream that it returned.</summary>
internal interface IOpenCall
{
    /// <summary>Completes when the call has ended, with its exception if it failed.</summary>
    Task Ended { get; }

    /// <summary>Whether this process has cancelled the call.</summary>
    bool IsCanceled { get; }

    /// <summary>Cancels the call.</summary>
    void Cancel();

    /// <summary>Ends the call locally if the daemon does not answer while it is awaited.</summary>
    void EndIfUnresponsive();
}
