using System.Runtime.InteropServices;

namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>Keeps the logs of all daemons of a run: each start moves away that of the daemon before, and two starts later it is gone, with the last words of one that crashed.</summary>
internal sealed partial class StressLogs(string runtimeDirectory, string folder)
{
    // Far more often than daemons follow each other.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(50);

    private readonly HashSet<DateTime> _kept = [];

    /// <summary>Where they are.</summary>
    public string Folder { get; } = Directory.CreateDirectory(Path.Combine(folder, "logs")).FullName;

    /// <summary>Links whatever log there is, until it is over.</summary>
    public async Task KeepAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            foreach (string path in Directory.Exists(runtimeDirectory) ? Directory.GetFiles(runtimeDirectory, "*.log*") : [])
            {
                // It is the same one under its second name.
                if (_kept.Add(File.GetCreationTimeUtc(path)))
                {
                    _ = Link(path, Path.Combine(Folder, $"{_kept.Count:000}.log"));
                }
            }

            await Task.Delay(s_pace, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
