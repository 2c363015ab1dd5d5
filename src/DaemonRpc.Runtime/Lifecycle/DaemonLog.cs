namespace DaemonRpc.Lifecycle;

/// <summary>A daemon's log file: what it wrote to standard output and standard error. The previous daemon's is kept beside it.</summary>
internal static class DaemonLog
{
    private const int TailLines = 20;
    private const int TailBytes = 16 * 1024;

    /// <summary>Makes room for a new daemon's log. Called by whoever starts it, under the spawn lock.</summary>
    public static void Rotate(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            File.Move(path, path + ".1", overwrite: true);
        }
    }

    /// <summary>What an error says of the log: where it is, and its last lines.</summary>
    public static string Evidence(string path)
    {
        IReadOnlyList<string> lines = Tail(path);
        return lines.Count == 0
            ? $"It wrote nothing to its log, {path}."
            : $"The last lines of its log, {path}:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}";
    }

    /// <summary>The last lines, oldest first. Empty when there is no log, or it cannot be read.</summary>
    public static IReadOnlyList<string> Tail(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _ = file.Seek(-Math.Min(file.Length, TailBytes), SeekOrigin.End);
            using var reader = new StreamReader(file);
            string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return lines.Length <= TailLines ? lines : lines[^TailLines..];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It only illustrates another error, which must not be lost because of it.
            return [];
        }
    }
}
