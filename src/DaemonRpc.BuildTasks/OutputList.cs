namespace DaemonRpc.BuildTasks;

/// <summary>What a project's last build has written, as MSBuild keeps it in a list by which it cleans.</summary>
/// <remarks>The output folder itself may contain other files, such as those of an older build.</remarks>
internal static class OutputList
{
    /// <summary>Lists the files of the output folder that exist.</summary>
    /// <param name="listFile">The full path of the list.</param>
    /// <param name="folder">The full path of the output folder, with a separator at its end.</param>
    public static string[] Read(string listFile, string folder) =>
        [.. File.ReadAllLines(listFile).Where(file => file.StartsWith(folder, StringComparison.Ordinal) && File.Exists(file))];

    /// <summary>Escapes the characters that MSBuild reads in an item as a list, a wildcard, an expression or an escape.</summary>
    public static string Escape(string path) =>
        string.Concat(path.Select(static letter => "%*?@$();'".Contains(letter) ? $"%{(int)letter:x2}" : letter.ToString()));
}
