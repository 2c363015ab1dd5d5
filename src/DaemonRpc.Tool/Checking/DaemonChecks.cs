using System.Globalization;
using DaemonRpc.Tool.Daemons;

namespace DaemonRpc.Tool.Checking;

/// <summary>Checks of the daemons themselves: whether they answer, whether they are still their program, and what will end them.</summary>
internal static class DaemonChecks
{
    public static IEnumerable<Finding> Of(IReadOnlyList<DaemonView> daemons)
    {
        foreach (Finding finding in daemons.SelectMany(Of))
        {
            yield return finding;
        }

        int answering = daemons.Count(static daemon => daemon.Status is not null);
        yield return Finding.Fine("daemons", string.Create(CultureInfo.InvariantCulture, $"{answering} of {daemons.Count} running daemons answer."));
    }

    private static IEnumerable<Finding> Of(DaemonView daemon)
    {
        string name = Name(daemon);
        if (daemon.Status is null)
        {
            yield return Finding.Problem(
                "answers", $"{name} does not answer: {daemon.Message}.", $"Look at 'daemonrpc logs {daemon.ProcessId}', then end it with 'daemonrpc stop {daemon.ProcessId} --force'.");
        }

        if (daemon.Status is { State: DaemonState.Error })
        {
            yield return Finding.Warning("error", $"The last task of {name} failed: {daemon.Message}", $"Look at 'daemonrpc logs {daemon.ProcessId}'; the next task clears the error.");
        }

        if (daemon.Report.ProtocolMismatch is { } mismatch)
        {
            yield return Finding.Warning("protocol", $"{name}: {mismatch}", "Update this tool, or the daemon's program, to the same version of DaemonRpc; ps, status, watch, cancel and stop work all the same.");
        }

        if (OperatingSystem.IsLinux() && daemon.Daemon.ProcessId > 0)
        {
            foreach (Finding finding in OnLinux(daemon.Daemon.ProcessId, name))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<Finding> OnLinux(int processId, string name)
    {
        string? program = new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/exe")).LinkTarget;
        if (program?.EndsWith(" (deleted)", StringComparison.Ordinal) == true)
        {
            yield return Finding.Warning("program", $"The program of {name} was deleted or replaced since it was started.", "The next call from the new program replaces it; or stop it with 'daemonrpc stop'.");
        }

        string group = SystemFile.Text(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/cgroup"));
        if (UnitOf(group) is { } unit)
        {
            yield return Finding.Warning(
                "cgroup", $"{name} was started from the service '{unit}', and ends when that stops.",
                "Call the tool once outside of the service before the service does, or give the service 'KillMode=process'.");
        }
    }

    /// <summary>The service of systemd that ends its whole control group when it stops; null where there is none. The manager of a user's own services is none.</summary>
    internal static string? UnitOf(string controlGroups)
    {
        string[] units = [.. controlGroups.Split('\n').Where(static line => line.StartsWith("0::", StringComparison.Ordinal))
            .SelectMany(static line => line.Split('/')).Where(static part => part.EndsWith(".service", StringComparison.Ordinal))];
        return Array.FindLast(units, static unit => !unit.StartsWith("user@", StringComparison.Ordinal));
    }

    private static string Name(DaemonView daemon) =>
        $"'{daemon.Id}'{(daemon.Instance.Length == 0 ? "" : $" for '{daemon.Instance}'")}{(daemon.ProcessId.Length == 0 ? "" : $" (process {daemon.ProcessId})")}";
}
