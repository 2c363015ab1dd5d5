namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>Ends every process of a sandbox, and tells what should not have been there.</summary>
internal sealed class Leftovers(DaemonSandbox sandbox)
{
    // A daemon that is ended while it hands over to a successor leaves one more; no chain is as long as this.
    private const int MostGenerations = 10;

    private static readonly string[] s_kinds = [".sock", ".life", ".spawn", ".journal", ".journal.1", ".log", ".log.1"];

    private readonly List<string> _complaints = [];
    private readonly DescriptorCheck _descriptors = new(sandbox);

    /// <summary>Returns the complaints.</summary>
    public async Task<IReadOnlyList<string>> EndAllAsync()
    {
        _complaints.AddRange(await Settling.ComplaintsAsync(LookAtRuntimeDirectory));
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
        // Who waits for a lock that a daemon had gets it now, and lets go of it.
        _complaints.AddRange(await Settling.ComplaintsAsync(_descriptors.OfThisProcess));
        _complaints.AddRange(await Settling.ComplaintsAsync(LookForZombies));
        return _complaints;
    }

    private async Task EndAsync(int processId)
    {
        _complaints.AddRange(await Settling.ComplaintsAsync(() => DescriptorCheck.HoldingProcess(processId)));
        using WatchedProcess? process = WatchedProcess.TryOpen(processId);
        if (process is null)
        {
            return;
        }

        bool isOurs = ProcessTable.Parent(processId) == Environment.ProcessId;
        if (IsDaemon(processId))
        {
            _complaints.AddRange(await Settling.ComplaintsAsync(() => _descriptors.OfDaemon(processId)));
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

    /// <summary>Names that a runtime directory should not hold, before anything is ended by force, which may leave what it likes.</summary>
    private IReadOnlyList<string> LookAtRuntimeDirectory()
    {
        // One that is being started has its socket under a temporary name for a moment, or until it is ended if it was stopped there.
        if (!Directory.Exists(sandbox.RuntimeDirectory) || ProcessTable.Touching(sandbox.Folder).Any(IsBeingStarted))
        {
            return [];
        }

        return [.. Directory.GetFiles(sandbox.RuntimeDirectory).Where(path => Path.GetFileName(path) != SmallDisk.FillingName && !s_kinds.Any(kind => Path.GetFileName(path).Split('.', 2)[^1] == kind[1..]))
            .Concat(JournalFiles.Read(sandbox.RuntimeDirectory).Where(journal => LeftGracefully(journal.Value)).Select(journal => journal.Key + ".sock").Where(File.Exists))
            .Select(path => $"{path} was left behind.")];
    }

    // Its last word: it had removed its socket before it wrote this.
    private static bool LeftGracefully(IReadOnlyList<(string Event, int ProcessId)> journal) =>
        journal.LastOrDefault(entry => entry.Event != "StartFailed").Event is "Stopped" or "IdledOut" or "MadeRoom" or "Failed";

    private static bool IsBeingStarted(int processId) =>
        ProcessTable.Descriptors(processId).Values.Any(target => target.EndsWith(".spawn", StringComparison.Ordinal));

    private IReadOnlyList<string> LookForZombies() =>
        [.. JournalFiles.Read(sandbox.RuntimeDirectory).Values.SelectMany(journal => journal).Select(entry => entry.ProcessId)
            .Intersect(ProcessTable.Zombies(Environment.ProcessId)).Select(processId => $"The daemon {processId} is a zombie: the client's process did not reap it.")];

    private void LookForFiles(string folder, string pattern) =>
        _complaints.AddRange(Directory.GetFileSystemEntries(folder, pattern).Select(path => $"{path} was left behind."));
}
