namespace DaemonRpc.Hosting.TestDaemon;

/// <summary>A file with which another process says that it is time.</summary>
internal static class AwaitedFile
{
    public static async Task ExistsAsync(string path, CancellationToken cancellationToken)
    {
        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path));
        watcher.Created += (_, _) => created.TrySetResult();
        watcher.Renamed += (_, _) => created.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(path))
        {
            await created.Task.WaitAsync(cancellationToken);
        }
    }
}
