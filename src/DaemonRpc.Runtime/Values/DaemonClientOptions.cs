using Microsoft.Extensions.Logging;

namespace DaemonRpc;

/// <summary>How a client finds, starts and waits for its daemon. Copied when handed over: later changes have no effect.</summary>
public sealed class DaemonClientOptions
{
    /// <summary>
    /// A second key beside the contract's id, such as the path of a workspace: each instance has a daemon of its own.
    /// Empty by default.
    /// </summary>
    public string Instance { get; set; } = "";

    /// <summary>How the daemon is started when none runs. By default this program is started once more.</summary>
    public DaemonLaunch Launch { get; set; } = DaemonLaunch.Self;

    /// <summary>How long starting, or reaching, a daemon may take. 10 seconds by default.</summary>
    /// <remarks>A slow factory does not count: the daemon answers before its factory runs.</remarks>
    public TimeSpan StartTimeout { get; set => field = Limits.Check(value); } = TimeSpan.FromSeconds(10);

    /// <summary>How long one call may take before it is cancelled and fails with <see cref="DaemonTimeoutException"/>. Infinite by default.</summary>
    /// <remarks>Streams have no limit: their consumer decides how long they take.</remarks>
    public TimeSpan CallTimeout { get; set => field = Limits.Check(value); } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// How long a call waits for a busy daemon before it fails with <see cref="DaemonBusyException"/>. Zero, the default,
    /// fails at once; <see cref="Timeout.InfiniteTimeSpan"/> waits without limit.
    /// </summary>
    /// <remarks>
    /// Waiting calls stand in a queue, of all clients, and are served in the order they came; <see cref="DaemonStatus.Position"/>
    /// tells where. A call never waits for a stream of its own client object, nor behind 1000 others: it fails at once.
    /// </remarks>
    public TimeSpan BusyTimeout { get; set => field = Limits.Check(value); } = TimeSpan.Zero;

    /// <summary>
    /// What happens when client and daemon are of different builds. Whatever it is, a build that has made room for another comes back at most 5
    /// times within a minute and 20 within an hour; after that the call fails with <see cref="DaemonVersionException"/>.
    /// </summary>
    public VersionPolicy VersionPolicy { get; set; } = VersionPolicy.NewerWins;

    /// <summary>
    /// Environment variables whose values are told to the handler (<see cref="DaemonCaller.Environment"/>), beside the
    /// few that always are: <c>PATH</c>, <c>HOME</c>, <c>LANG</c>, <c>LC_ALL</c>, <c>TZ</c>, <c>TERM</c>, <c>NO_COLOR</c>.
    /// All together, with the working directory, may have 64 KiB; beyond that connecting fails with <see cref="DaemonProtocolException"/>.
    /// </summary>
    public IReadOnlyCollection<string> ForwardEnvironment { get; set; } = [];

    /// <summary>
    /// Environment variables that the daemon's own process is started with, such as <c>LD_LIBRARY_PATH</c>, <c>https_proxy</c> or
    /// <c>NUGET_PACKAGES</c>; null takes one away. None by default: a daemon gets what programs and .NET need, and nothing else of its client's environment.
    /// </summary>
    /// <remarks>
    /// They are part of what a daemon is found by: clients that give other values have a daemon of their own beside it, so that none is served by
    /// one that was started otherwise. <see cref="DaemonControl.ListAsync"/> lists them all. <see cref="DaemonControl.StopAsync"/> stops them all.
    /// </remarks>
    public IReadOnlyDictionary<string, string?> LaunchEnvironment
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            string? wrong = value.Keys.FirstOrDefault(static name => name.Length == 0 || name.AsSpan().ContainsAny('=', '\0'));
            field = wrong is null && !value.Values.Any(static text => text?.Contains('\0') == true)
                ? value
                : throw new ArgumentException($"No environment variable can be named '{wrong}', or hold a null character.", nameof(value));
        }
    } = new Dictionary<string, string?>();

    /// <summary>
    /// Where sockets, locks and logs are kept, or null for the user's default: <c>DAEMONRPC_DIR</c> if set, else the
    /// user's runtime directory.
    /// </summary>
    public string? RuntimeDirectory { get; set; }

    /// <summary>Where the client logs to, or null for nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    internal DaemonClientOptions Copy()
    {
        var copy = (DaemonClientOptions)MemberwiseClone();
        if (LaunchEnvironment.Count > 0)
        {
            // Whoever goes on using the dictionary must not change what the daemon was found by.
            copy.LaunchEnvironment = new Dictionary<string, string?>(LaunchEnvironment, StringComparer.Ordinal);
        }

        return copy;
    }
}
