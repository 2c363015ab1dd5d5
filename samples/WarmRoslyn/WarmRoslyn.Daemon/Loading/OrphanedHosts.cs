using System.Diagnostics;
using System.Globalization;

namespace WarmRoslyn.Loading;

/// <summary>Ends the processes in which daemons that were killed ran MSBuild.</summary>
/// <remarks>
/// Such a process ends by itself when its daemon goes, but for one that waits for its daemon's first word: it waits forever. A daemon leads its session, so a
/// process of a session without its leader has lost its daemon. On macOS nobody tells whose session a process is in, so there it stays.
/// </remarks>
internal static class OrphanedHosts
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "BuildHost-");

    public static void End()
    {
        foreach (string process in Directory.Exists("/proc/self") ? Directory.GetDirectories("/proc") : [])
        {
            try
            {
                if (int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out int id)
                    && File.ReadAllText($"{process}/cmdline").Contains(s_folder, StringComparison.Ordinal)
                    && !Directory.Exists($"/proc/{SessionOf(process)}"))
                {
                    using var host = Process.GetProcessById(id);
                    host.Kill();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
            {
                // It has ended meanwhile, or is somebody else's.
            }
        }
    }

    /// <summary>The sixth field; the second is a name in brackets, which may hold anything.</summary>
    private static string SessionOf(string process)
    {
        string stat = File.ReadAllText($"{process}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3];
    }
}
