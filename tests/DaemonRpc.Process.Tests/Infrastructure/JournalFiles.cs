using System.Globalization;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>What the journals of a sandbox tell, whatever id and instance they are of.</summary>
internal static class JournalFiles
{
    /// <summary>Event and process of every entry, a list per daemon, named by the path of its files without their extension.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<(string Event, int ProcessId)>> Read(string runtimeDirectory)
    {
        var journals = new Dictionary<string, IReadOnlyList<(string, int)>>();
        if (Directory.Exists(runtimeDirectory))
        {
            foreach (string path in Directory.GetFiles(runtimeDirectory, "*.journal"))
            {
                // A variant's is named by the ordinary daemon's key too, in front of its own.
                string key = Path.GetFileNameWithoutExtension(path).Split('-')[^1];
                journals[Path.Combine(runtimeDirectory, key)] = [.. Lines(path).Select(line => line.Split('\t')).Where(parts => parts.Length == 6)
                    .Select(parts => (parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture)))];
            }
        }

        return journals;
    }

    public static bool IsStart(string what) => what is "Started" or "Replaced" or "TookOver";

    private static string[] Lines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
