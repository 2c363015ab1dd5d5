namespace DaemonRpc;

/// <summary>What happens when a client and the running daemon are of different builds.</summary>
public enum VersionPolicy
{
    /// <summary>
    /// A newer client has the daemon replaced; an older client gets <see cref="DaemonVersionException"/>. Build timestamps
    /// order builds; at equal timestamps of different builds the client's build counts as the newer.
    /// </summary>
    NewerWins = 0,

    /// <summary>
    /// A client of any other build, older ones too, has the daemon replaced, but never while a task runs: the call is then
    /// refused as busy. For tools whose versions are switched back and forth.
    /// </summary>
    MatchClient = 1,

    /// <summary>Each build has a daemon of its own, beside the others; they leave when they are idle.</summary>
    SideBySide = 2,
}
