using DaemonRpc.Launch;
using DaemonRpc.Platform;

namespace DaemonRpc.Control;

/// <summary>Removes what ended daemons have left: the sockets of killed ones and, if asked, the logs and journals of those that have not run for long.</summary>
/// <remarks>
/// Only the holder of the instance lock may touch a socket, so this takes the lock, and the spawn lock before it, and leaves a daemon alone whose locks it
/// does not get at once. A daemon that is started in between waits for the lock, as it would for a dying predecessor. The lock files
/// themselves stay: a lock on a re-created file excludes nobody.
/// </remarks>
/// <param name="unusedFor">For how long a daemon must have written nothing before its logs and journals are removed; null keeps them all.</param>
/// <param name="dryRun">Whether nothing is removed. Then no lock is taken either, and the answer may be outdated at once.</param>
internal sealed class StaleFiles(TimeSpan? unusedFor, bool dryRun)
{
    /// <summary>Removes the files of all daemons in the folder that do not run. Returns the paths.</summary>
    /// <exception cref="DaemonAccessException">The folder is somebody else's, or open to others.</exception>
    public List<string> Remove(string? runtimeDirectory) =>
        [.. DaemonAddress.All(runtimeDirectory).ToArray().SelectMany(Of).Order(StringComparer.Ordinal)];

    private List<string> Of(DaemonAddress files)
    {
        try
        {
            // Usually there is nothing to remove, and no lock is taken for it.
            return Candidates(files).Count == 0 || InstanceLock.Probe(files.InstanceLockPath).IsHeld ? []
                : dryRun ? Candidates(files)
                : Locked(files);
        }
        catch (IOException)
        {
            // The lock's file is another user's or not a regular file: nobody can tell whether the daemon runs.
            return [];
        }
    }

    private List<string> Locked(DaemonAddress files)
    {
        if (!FileLock.TryAcquire(files.SpawnLockPath, out FileLock? spawnLock))
        {
            return [];
        }

        using (spawnLock)
        {
            if (!InstanceLock.TryAcquire(files.InstanceLockPath, files.SocketPath, TimeSpan.Zero, out InstanceLock? held, out _))
            {
                return [];
            }

            using (held)
            {
                List<string> removed = Candidates(files);
                removed.ForEach(File.Delete);
                return removed;
            }
        }
    }

    private List<string> Candidates(DaemonAddress files)
    {
        List<string> candidates = [.. new[] { files.SocketPath, files.SocketPath + "~" }.Where(static path => FileIdentity.OfPath(path) is { IsDirectory: false })];
        if (unusedFor is { } time)
        {
            string[] records = [.. files.Records()];
            if (Array.TrueForAll(records, path => DateTime.UtcNow - File.GetLastWriteTimeUtc(path) >= time))
            {
                candidates.AddRange(records);
            }
        }

        return candidates;
    }
}
