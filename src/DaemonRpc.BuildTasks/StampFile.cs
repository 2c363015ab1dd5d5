using System.Globalization;

namespace DaemonRpc.BuildTasks;

/// <summary>The file that keeps the stamp between builds: its ticks, and on the next line the fingerprint of the inputs.</summary>
internal static class StampFile
{
    /// <summary>Reads the kept stamp. Returns null when there is no readable one.</summary>
    public static BuildStamp? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        string[] lines = File.ReadAllLines(path);
        return lines.Length == 2 && long.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            ? new BuildStamp(ticks, lines[1])
            : null;
    }

    /// <summary>Writes the stamp, unless the file already contains it. The file then keeps its time of change.</summary>
    public static void Write(string path, BuildStamp stamp) =>
        WriteText(path, $"{stamp.Ticks.ToString(CultureInfo.InvariantCulture)}\n{stamp.Inputs}\n");

    /// <summary>Writes a file, unless it already has exactly this content.</summary>
    internal static void WriteText(string path, string text)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }
}
