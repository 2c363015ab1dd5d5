using Microsoft.Extensions.Logging;

namespace DaemonRpc;

/// <summary>
/// Configures how a client finds, starts and waits for its daemon. The client copies the options when it connects; later changes have no effect.
/// </summary>
public sealed class DaemonClientOptions
{
    /// <summary>A second key beside the contract's id, such as the path of a workspace. Each instance has its own daemon. Empty by default.</summary>
    public string Instance { get; set; } = "";

    /// <summary>
    /// How the client starts the daemon when none runs. By default it starts the daemon's program that its own program's project references, or
    /// its own program once more (<see cref="DaemonLaunch.Default"/>).
    /// </summary>
    public DaemonLaunch Launch { get; set; } = DaemonLaunch.Default;

    /// <summary>How long starting or reaching a daemon may take. 10 seconds by default; <see cref="Timeout.InfiniteTimeSpan"/> waits without limit.</summary>
    /// <remarks>The time that the handler's factory takes does not count: the daemon answers before its factory runs.</remarks>
    public TimeSpan StartTimeout { get; set => field = OptionRules.CheckTimeout(value); } = TimeSpan.FromSeconds(10);

    /// <summary>How long one call may take before it is cancelled and fails with <see cref="DaemonTimeoutException"/>. Infinite by default.</summary>
    /// <remarks>Does not apply to streams: their consumer decides how long they take. Of a method that returns a <see cref="Stream"/>, it counts until the caller has the stream.</remarks>
    public TimeSpan CallTimeout { get; set => field = OptionRules.CheckTimeout(value); } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// How long a call waits for a busy daemon before it fails with <see cref="DaemonBusyException"/>. Zero, the
    /// default, fails at once; <see cref="Timeout.InfiniteTimeSpan"/> waits without limit.
    /// </summary>
    /// <remarks>
    /// The waiting calls of all clients form one queue and are served in the order they came; <see cref="DaemonStatus.Position"/> gives
    /// the queue position. A call fails at once if it would wait for a stream of its own client object, or if 1000 calls already wait.
    /// </remarks>
    public TimeSpan BusyTimeout { get; set => field = OptionRules.CheckTimeout(value); } = TimeSpan.Zero;

    /// <summary>
    /// What happens when client and daemon are of different builds. Under every policy, a build that was replaced may return at most
    /// 5 times within a minute and 20 times within an hour; after that the call fails with <see cref="DaemonVersionException"/>.
    /// </summary>
    public VersionPolicy VersionPolicy { get; set; } = VersionPolicy.NewerWins;

    /// <summary>
    /// Names of environment variables to forward to the handler (<see cref="DaemonCaller.Environment"/>), in addition to
    /// <c>PATH</c>, <c>HOME</c>, <c>LANG</c>, <c>LC_ALL</c>, <c>TZ</c>, <c>TERM</c> and <c>NO_COLOR</c>. The forwarded variables and
    /// the working directory may take 64 KiB together; beyond that, connecting fails with <see cref="DaemonProtocolException"/>.
    /// </summary>
    public IReadOnlyCollection<string> ForwardEnvironment { get; set; } = [];

    /// <summary>
    /// Environment variables for the daemon's process, such as <c>LD_LIBRARY_PATH</c>, <c>https_proxy</c> or <c>NUGET_PACKAGES</c>;
    /// a null value removes a variable. Empty by default: a daemon inherits only what programs and .NET need.
    /// </summary>
    /// <remarks>
    /// The variables are part of the daemon's identity: clients that set different values use different daemons, side by side, so that no client is served by a
    /// daemon with another environment. <see cref="DaemonControl.ListAsync(string?, CancellationToken)"/> lists all of these daemons; <see cref="DaemonControl.StopAsync"/> stops them all.
    /// </remarks>
    /// <exception cref="ArgumentException">A name is empty or contains <c>=</c> or a null character, or a value contains a null character.</exception>
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
    /// The folder for sockets, locks, journals and logs, or null for the user's default: <c>DAEMONRPC_DIR</c> if set,
    /// otherwise the user's runtime directory. Must be an absolute path.
    /// </summary>
    public string? RuntimeDirectory { get; set; }

    /// <summary>The client's logger factory, or null for no logging.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// The least level of the messages that <see cref="LoggerFactory"/> gets of what the client's own calls log in the daemon with
    /// <see cref="DaemonContext.Logger"/>. <see cref="LogLevel.None"/>, the default, for none.
    /// </summary>
    /// <remarks>
    /// The messages come in the category of the contract's id, in order with the call's progress reports and items, and before the call ends. The handler
    /// never waits for this: if the client falls too far behind, messages are lost, and a warning in the category <c>DaemonRpc</c> tells how many.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is no level.</exception>
    public LogLevel TaskLogLevel { get; set => field = OptionRules.CheckLevel(value); } = LogLevel.None;

    // Where the daemons live if they are no processes of their own; null for processes.
    internal DaemonSite? Site { get; set; }

    internal DaemonClientOptions Copy()
    {
        var copy = (DaemonClientOptions)MemberwiseClone();
        if (LaunchEnvironment.Count > 0)
        {
            // Copied, so that a caller who changes the dictionary later does not change the daemon's identity.
            copy.LaunchEnvironment = new Dictionary<string, string?>(LaunchEnvironment, StringComparer.Ordinal);
        }

        return copy;
    }
}
