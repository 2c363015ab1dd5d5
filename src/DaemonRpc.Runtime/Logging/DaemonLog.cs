using System.Globalization;
using DaemonRpc.Platform;

namespace DaemonRpc.Logging;

/// <summary>A daemon's log file: what it wrote to standard output and standard error. The previous daemon's is kept beside it.</summary>
internal static class DaemonLog
{
    private const int TailLines = 20;
    private const int TailBytes = 64 * 1024;

    // What the runtime says first when it ends the process; the stack that follows may be long.
    private static readonly string[] s_lastWords = ["Unhandled exception.", "Process terminated.", "Stack overflow.", "Out of memory."];

    /// <summary>Makes room for a new daemon's log. Called by whoever starts it, under the spawn lock.</summary>
    /// <exception cref="IOException">Something else is in the place of the log, or of the one before, or it cannot be moved.</exception>
    public static void Rotate(string path)
    {
        if (FileIdentity.OfPath(path) is { IsRegularFile: false })
        {
            // Of a pipe, for example, the new process would wait for a reader before it is anything.
            throw new IOException($"'{path}', which is to be the daemon's log, is no file. Remove it.");
        }

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

    /// <summary>The file that a process's log is in: the one at the path, or the one that was moved aside when another was started.</summary>
    public static string FileOf(string path, int processId)
    {
        // What a daemon writes first names its process.
        string named = string.Create(CultureInfo.InvariantCulture, $"(process {processId}, ");
        return !Contains(path, named) && Contains(path + ".1", named) ? path + ".1" : path;
    }

    private static bool Contains(string path, string text)
    {
        try
        {
            return File.ReadLines(path).Any(line => line.Contains(text, StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// The last lines, oldest first, and those at the start of what the runtime said when it ended the process, if it did: the line before that, and
    /// the first ones of the stack. Empty when there is no log, or it cannot be read.
    /// </summary>
    public static IReadOnlyList<string> Tail(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _ = file.Seek(-Math.Min(file.Length, TailBytes), SeekOrigin.End);
            using var reader = new StreamReader(file);
            string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            int last = Array.FindLastIndex(lines, static line => Array.Exists(s_lastWords, word => line.StartsWith(word, StringComparison.Ordinal)));
            int first = Math.Max(0, last < 0 ? lines.Length - TailLines : Math.Min(last - 1, lines.Length - TailLines));
            return lines[first..Math.Min(lines.Length, first + TailLines)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It only illustrates another error, which must not be lost because of it.
            return [];
        }
    }
}
