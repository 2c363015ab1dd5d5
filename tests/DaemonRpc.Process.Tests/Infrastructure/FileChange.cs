namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>Waits for what happens in a folder.</summary>
internal static class FileChange
{
    /// <summary>Completes when something in the folder has changed so that the condition holds; at once if it does.</summary>
    public static async Task UntilAsync(string folder, Func<bool> condition)
    {
        var holds = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(folder);
        watcher.Created += (_, _) => Look();
        watcher.Changed += (_, _) => Look();
        watcher.Deleted += (_, _) => Look();
        watcher.Renamed += (_, _) => Look();
        watcher.EnableRaisingEvents = true;
        Look();
        await holds.Task.InTime();

        void Look()
        {
            if (condition())
            {
                _ = holds.TrySetResult();
            }
        }
    }
}
