using System.Globalization;

namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>The processes whose environment names a folder, as /proc tells.</summary>
internal static class MarkedProcesses
{
    /// <summary>Names the folder. DaemonRpc keeps its files there, and its daemons inherit it.</summary>
    public const string Variable = "DAEMONRPC_DIR";

    private const int MostRounds = 1000;

    public static List<int> Find(string folder)
    {
        var found = new List<int>();
        foreach (string path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                && process != Environment.ProcessId
                && EnvironmentOf(path).Split('\0').Any(entry => IsMark(entry, folder)))
            {
                found.Add(process);
            }
        }

        return found;
    }

    /// <summary>Ends them, those they start meanwhile too, and waits until they are gone.</summary>
    public static void Kill(string folder)
    {
        for (int round = 0; round < MostRounds && Find(folder) is { Count: > 0 } found; round++)
        {
            found.ForEach(Native.Kill);
            Thread.Sleep(1);
        }
    }

    private static bool IsMark(string entry, string folder) =>
        entry.StartsWith($"{Variable}={folder}", StringComparison.Ordinal)
        && (entry.Length == Variable.Length + 1 + folder.Length || entry[Variable.Length + 1 + folder.Length] == '/');

    private static string EnvironmentOf(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, "environ"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone, or somebody else's.
            return "";
        }
    }
}
