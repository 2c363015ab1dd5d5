namespace DaemonRpc.Telemetry;

/// <summary>The names that listeners see. They are a promise: docs/reference/telemetry.md lists them, and a test compares.</summary>
/// <remarks>The names of calls are those of OpenTelemetry's semantic conventions for RPC, version 1.45. All others begin with <c>daemonrpc.</c></remarks>
internal static class Names
{
    /// <summary>The name of the source of spans and of the meter.</summary>
    public const string Source = "DaemonRpc";

    /// <summary>The version of both: the package's.</summary>
    public const string Version = "0.1.0";

    /// <summary>The value of <see cref="RpcSystem"/>.</summary>
    public const string System = "daemonrpc";

    // Spans that are no calls.
    public const string StartSpan = "daemonrpc.start";
    public const string ReplaceSpan = "daemonrpc.replace";

    // Attributes.
    public const string RpcSystem = "rpc.system.name";
    public const string RpcMethod = "rpc.method";
    public const string RpcStatus = "rpc.status_code";
    public const string ErrorType = "error.type";
    public const string ServerAddress = "server.address";
    public const string PeerAddress = "network.peer.address";
    public const string Transport = "network.transport";
    public const string DaemonId = "daemonrpc.daemon.id";
    public const string DaemonInstance = "daemonrpc.daemon.instance";
    public const string DaemonProcess = "daemonrpc.daemon.pid";
    public const string ClientProcess = "daemonrpc.client.pid";
    public const string TaskId = "daemonrpc.task.id";
    public const string Outcome = "daemonrpc.outcome";
    public const string Reason = "daemonrpc.reason";

    // Metrics.
    public const string ClientDuration = "rpc.client.call.duration";
    public const string ServerDuration = "rpc.server.call.duration";
    public const string ClientBusy = "daemonrpc.client.busy";
    public const string ClientForced = "daemonrpc.client.forced";
    public const string ClientStarts = "daemonrpc.client.starts";
    public const string ClientReplacements = "daemonrpc.client.replacements";
    public const string ServerRefusals = "daemonrpc.server.refusals";
    public const string ServerWait = "daemonrpc.server.wait.duration";
    public const string ServerWaiting = "daemonrpc.server.waiting";
    public const string ServerBusy = "daemonrpc.server.busy";
}
