namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>Ends every process of a sandbox, and tells what should not have been there.</summary>
internal sealed class Leftovers(DaemonSandbox sandbox)
{
    // A daemon that is ended while it hands over to a successor leaves one more; no chain is as long as this.
    private const int MostGenerations = 10;

    private readonly List<string> _complaints = [];

    /// <summary>Returns the complaints.</summary>
    public async Task<IReadOnlyList<string>> EndAllAsync()
    {
        int generations = 0;
        while (ProcessTable.Touching(sandbox.Folder) is { Count: > 0 } processes)
        {
            if (++generations > MostGenerations)
            {
                _complaints.Add($"Processes {string.Join(", ", processes)} keep coming.");
                break;
            }

            foreach (int processId in processes)
            {
                await EndAsync(processId);
            }
        }

        LookForFiles(sandbox["tmp"], "*");
        return _complaints;
    }

    private async Task EndAsync(int processId)
    {
        using WatchedProcess? process = WatchedProcess.TryOpen(processId);
        if (process is null)
        {
            return;
        }

        bool isOurs = ProcessTable.Parent(processId) == Environment.ProcessId;
        if (IsDaemon(processId))
        {
            long startTime = ProcessTable.StartTime(processId);
            await process.KillAsync();
            LookForFiles(Path.GetTempPath(), $"*-{processId}-{startTime}-*");
        }
        else
        {
            await LetLeaveAsync(process);
        }

        if (isOurs)
        {
            await process.ReapedAsync();
        }
    }

    /// <summary>Serves, waits for its predecessor's end, or is being started: allowed to live when the test is over.</summary>
    private static bool IsDaemon(int processId) => ProcessTable.Descriptors(processId).Values.Any(target =>
        target.EndsWith(".life", StringComparison.Ordinal) || target.EndsWith(".spawn", StringComparison.Ordinal));

    /// <summary>No daemon: it is on its way out, or an orphan.</summary>
    private async Task LetLeaveAsync(WatchedProcess process)
    {
        string description = $"process {process.Id}: {ProcessTable.CommandLine(process.Id)}";
        try
        {
            await process.EndedAsync();
        }
        catch (TimeoutException)
        {
            _complaints.Add($"An orphan was left behind, {description}");
            await process.KillAsync();
        }
    }

    private void LookForFiles(string folder, string pattern) =>
        _complaints.AddRange(Directory.GetFileSystemEntries(folder, pattern).Select(path => $"{path} was left behind."));
}
