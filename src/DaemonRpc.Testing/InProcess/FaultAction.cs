namespace DaemonRpc.Testing.InProcess;

/// <summary>What a fault does with a call that has reached its point.</summary>
internal enum FaultAction
{
    /// <summary>Holds the call until it is released or cancelled.</summary>
    Hold,

    /// <summary>Holds the call until it is released, whatever its token says.</summary>
    Hang,

    /// <summary>Ends the client's connection.</summary>
    Cut,

    /// <summary>Ends the daemon without a word.</summary>
    Crash,
}
