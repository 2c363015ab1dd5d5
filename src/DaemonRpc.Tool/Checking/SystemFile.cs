namespace DaemonRpc.Tool.Checking;

/// <summary>Reads files of the system, which may be missing or hidden: then there is nothing to say about them.</summary>
internal static class SystemFile
{
    /// <summary>Returns the file's text; empty if it cannot be read.</summary>
    public static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public static string[] Lines(string path) => Text(path).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Returns the files of a folder whose names match; none if it cannot be read.</summary>
    public static string[] In(string folder, string pattern)
    {
        try
        {
            return Directory.GetFiles(folder, pattern);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
