namespace DaemonRpc.Hosting.Daemon;

/// <summary>The options of a daemon that a configuration can hold. Null is not configured.</summary>
internal sealed class DaemonSettings
{
    public string? Instance { get; set; }

    public string? RuntimeDirectory { get; set; }

    public TimeSpan? IdleTimeout { get; set; }

    public TimeSpan? CancelGrace { get; set; }

    public DisconnectBehavior? DisconnectBehavior { get; set; }

    public int? MaxFrameBytes { get; set; }

    /// <summary>Changes the options that are configured.</summary>
    public void ApplyTo(DaemonOptions options)
    {
        options.Instance = Instance ?? options.Instance;
        options.RuntimeDirectory = RuntimeDirectory ?? options.RuntimeDirectory;
        options.IdleTimeout = IdleTimeout ?? options.IdleTimeout;
        options.CancelGrace = CancelGrace ?? options.CancelGrace;
        options.DisconnectBehavior = DisconnectBehavior ?? options.DisconnectBehavior;
        options.MaxFrameBytes = MaxFrameBytes ?? options.MaxFrameBytes;
    }
}
