namespace DaemonRpc;

/// <summary>What happens when a client and the running daemon are of different builds.</summary>
public enum VersionPolicy
{
    /// <summary>
    /// A newer client has the daemon replaced; an older client gets <see cref="DaemonVersionException"/>. Build
    /// timestamps decide; between different builds with equal timestamps, the client's build counts as newer.
    /// </summary>
    NewerWins = 0,

    /// <summary>
    /// A client of any other build, even an older one, has the daemon replaced. While a task runs, the call is refused
    /// as busy instead. Suits tools whose versions are switched back and forth.
    /// </summary>
    MatchClient = 1,

    /// <summary>Each build has its own daemon beside the others. Old daemons end when they are idle.</summary>
    SideBySide = 2,

    /// <summary>
    /// A daemon of another build, older or newer, serves the methods that both builds understand: those that have not changed, also where one build has
    /// a further trailing parameter with a default value. The client must pass that default to a daemon without the parameter. Any other call is
    /// treated as under <see cref="NewerWins"/>. Suits clients and daemons that are shipped apart.
    /// </summary>
    Compatible = 3,
}
