namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>Tells which descriptors a process of a sandbox has that it should not have.</summary>
internal sealed class DescriptorCheck(DaemonSandbox sandbox)
{
    /// <summary>What a daemon that serves should not hold. Nothing is said of one that is being started, was stopped, or has ended.</summary>
    public IReadOnlyList<string> OfDaemon(int processId)
    {
        IReadOnlyDictionary<int, string> descriptors = ProcessTable.Descriptors(processId);
        if (ProcessTable.State(processId) is not ('R' or 'S' or 'D') || (descriptors.Values.Any(IsSpawnLock) && !IsBorn(processId)))
        {
            return [];
        }

        HashSet<string> ours = [.. ProcessTable.Descriptors(Environment.ProcessId).Values];
        IEnumerable<string> wrong = descriptors.Where(descriptor => !IsRight(descriptor.Key, descriptor.Value))
            .Concat(descriptors.Where(descriptor => IsConversation(descriptor.Value) && ours.Contains(descriptor.Value)))
            .Select(descriptor => $"The daemon {processId} holds {descriptor.Value} as {descriptor.Key}.");

        // Read once more: one that ends meanwhile has lost some of them.
        return ProcessTable.Descriptors(processId).Count == 0 ? [] : [.. wrong];
    }

    /// <summary>What this process still has of the sandbox, when its clients are disposed.</summary>
    public IReadOnlyList<string> OfThisProcess() =>
        [.. ProcessTable.Descriptors(Environment.ProcessId).Where(descriptor => IsInSandbox(descriptor.Value))
            .Select(descriptor => $"The client's process still holds {descriptor.Value} as {descriptor.Key}.")];

    /// <summary>The descriptors by which this process still holds another one.</summary>
    public static IReadOnlyList<string> HoldingProcess(int processId) =>
        [.. ProcessTable.Descriptors(Environment.ProcessId)
            .Where(descriptor => descriptor.Value == "anon_inode:[pidfd]" && ProcessTable.HeldProcess(descriptor.Key) == processId)
            .Select(descriptor => $"The client's process still holds the process {processId} as {descriptor.Key}.")];

    private bool IsRight(int descriptor, string target) => descriptor switch
    {
        0 => target == "/dev/null",
        1 or 2 => IsLog(target),
        // Its own handle of the log, by which it is emptied.
        _ => !IsInSandbox(target) || IsLog(target) || IsAssembly(target) || target.EndsWith(".life", StringComparison.Ordinal) || target.EndsWith(".life (deleted)", StringComparison.Ordinal),
    };

    private bool IsInSandbox(string target) => target.StartsWith(sandbox.Folder + "/", StringComparison.Ordinal);

    // Moved aside when a successor is started before it has ended.
    private static bool IsLog(string target)
    {
        string path = target.Replace(" (deleted)", "", StringComparison.Ordinal);
        return path.EndsWith(".log", StringComparison.Ordinal) || path.EndsWith(".log.1", StringComparison.Ordinal);
    }

    // Of a program that the test put into its sandbox, and maybe over it another build; and its symbols, once it has written where an exception came from.
    private static bool IsAssembly(string target) => Path.GetExtension(target.Replace(" (deleted)", "", StringComparison.Ordinal)) is ".dll" or ".pdb";

    private static bool IsSpawnLock(string target) => target.EndsWith(".spawn", StringComparison.Ordinal);

    private static bool IsConversation(string target) =>
        target.StartsWith("pipe:", StringComparison.Ordinal) || target.StartsWith("socket:", StringComparison.Ordinal);

    // Noted right before whoever started it is told, and the spawn lock let go.
    private bool IsBorn(int processId) => JournalFiles.Read(sandbox.RuntimeDirectory).Values
        .Any(journal => journal.Any(entry => JournalFiles.IsStart(entry.Event) && entry.ProcessId == processId));
}
