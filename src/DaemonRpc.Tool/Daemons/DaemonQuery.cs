using System.Globalization;
using System.Runtime.CompilerServices;
using DaemonRpc.Tool.Commands;

namespace DaemonRpc.Tool.Daemons;

/// <summary>The daemons that a command line names.</summary>
/// <param name="id">The id, or the process id; null for all.</param>
/// <param name="instance">The instance; null for any.</param>
/// <param name="runtimeDirectory">The runtime directory; null for the user's default.</param>
/// <param name="timeout">How long each daemon may take to answer.</param>
internal sealed class DaemonQuery(string? id, string? instance, string? runtimeDirectory, TimeSpan timeout)
{
    /// <summary>The id as it was typed; empty for all.</summary>
    public string Id => id ?? "";

    public string? Instance => instance;

    public string? RuntimeDirectory => runtimeDirectory;

    public TimeSpan Timeout => timeout;

    /// <summary>Streams the daemons, each as soon as it has answered or its time is over.</summary>
    public async IAsyncEnumerable<DaemonReport> FindAsync(bool includeEnded, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (DaemonReport report in DaemonControl.ReportAsync(timeout, includeEnded, runtimeDirectory, cancellationToken))
        {
            if (Fits(report.Daemon))
            {
                yield return report;
            }
        }
    }

    /// <summary>Finds the one instance that is meant. It has several daemons where clients gave launch environments, or each build its own.</summary>
    /// <returns>Its daemons; those that run if any does.</returns>
    /// <exception cref="CommandException">No daemon fits, or several instances do.</exception>
    public async Task<IReadOnlyList<DaemonReport>> OneAsync(bool includeEnded, CancellationToken cancellationToken)
    {
        List<DaemonReport> all = await FindAsync(includeEnded, cancellationToken).ToListAsync(cancellationToken);
        List<DaemonReport> running = all.FindAll(static report => report.IsRunning);
        List<DaemonReport> found = running.Count > 0 ? running : all;
        if (found.Count == 0)
        {
            throw NoneRuns();
        }

        string[] instances = [.. found.Select(static report => $"{report.Daemon.Id}\0{report.Daemon.Instance}").Distinct().Order(StringComparer.Ordinal)];
        if (instances.Length > 1)
        {
            string names = string.Join(", ", instances.Select(static name => $"'{name[(name.IndexOf('\0', StringComparison.Ordinal) + 1)..]}'"));
            throw new CommandException(ExitCode.Usage, $"There are {instances.Length} instances of '{id}': {names}. Name one with --instance.");
        }

        return found;
    }

    /// <summary>Says that no daemon fits.</summary>
    public CommandException NoneRuns() => new(ExitCode.Nothing, $"No daemon{Description} runs in '{DaemonControl.GetRuntimeDirectory(runtimeDirectory)}'. 'daemonrpc ps' lists those that do.");

    private string Description => (id, instance) switch
    {
        (null, _) => "",
        (_, null) => $" '{id}'",
        _ => $" '{id}' for '{instance}'",
    };

    private bool Fits(DaemonHandle daemon) =>
        (id is null || daemon.Id == id || (int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int process) && process == daemon.ProcessId))
        && (instance is null || daemon.Instance == instance);
}
