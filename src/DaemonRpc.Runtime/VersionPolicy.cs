namespace DaemonRpc;

/// <summary>What happens when a client and the running daemon are of different builds.</summary>
public enum VersionPolicy
{
    /// <summary>
    /// A newer client has the daemon replaced; an older client gets <see cref="DaemonVersionException"/>. Build timestamps
    /// order builds; at equal timestamps of different builds the client's build counts as the newer.
    /// </summary>
    NewerWins = 0,
}
