using DaemonRpc.Tool.Daemons;

namespace DaemonRpc.Tool.Output;

/// <summary>The columns of <c>daemonrpc ps</c>.</summary>
internal static class DaemonColumns
{
    public static IReadOnlyList<string> Names { get; } = ["ID", "INSTANCE", "PID", "STATE", "TASK", "MESSAGE", "WAITING", "BUILD", "UPTIME", "MEMORY"];

    public static IReadOnlyList<string> Of(DaemonView daemon) =>
    [
        daemon.Id, daemon.Instance, daemon.ProcessId, daemon.State, daemon.Task, daemon.Message, daemon.Waiting, daemon.Build, daemon.Uptime, daemon.Memory,
    ];
}
