using System.Globalization;
using DaemonRpc.Platform;

namespace DaemonRpc.Logging;

/// <summary>A daemon's log file: its standard output and standard error. The previous daemon's file is kept beside it.</summary>
internal static class DaemonLog
{
    private const int TailLines = 20;
    private const int TailBytes = 64 * 1024;

    // The first words of .NET when it ends the process; a long stack trace may follow.
    private static readonly string[] s_lastWords = ["Unhandled exception.", "Process terminated.", "Stack overflow.", "Out of memory."];

    /// <summary>Moves the old log aside for a new daemon. The starter calls it under the spawn lock.</summary>
    /// <exception cref="IOException">The log's path, or the path of the old log, is taken by something that is no file, or the log cannot be moved.</exception>
    public static void Rotate(string path)
    {
        if (FileIdentity.OfPath(path) is { IsRegularFile: false })
        {
            // With a pipe, for example, the new process would block in its start until somebody reads.
            throw new IOException($"'{path}', which is to be the daemon's log, is no file. Remove it.");
        }

        if (new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            File.Move(path, path + ".1", overwrite: true);
        }
    }

    /// <summary>Describes the log for an error message: its path and its last lines.</summary>
    public static string Evidence(string path)
    {
        IReadOnlyList<string> lines = Tail(path);
        return lines.Count == 0
            ? $"It wrote nothing to its log, {path}."
            : $"The last lines of its log, {path}:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}";
    }

    /// <summary>Returns the file that contains a process's log: the one at the path, or the one moved aside when another daemon was started.</summary>
    public static string FileOf(string path, int processId)
    {
        // A daemon's first log line names its process.
        string named = string.Create(CultureInfo.InvariantCulture, $"(process {processId}, ");
        return !Contains(path, named) && Contains(path + ".1", named) ? path + ".1" : path;
    }

    private static bool Contains(string path, string text)
    {
        try
        {
            using var reader = new StreamReader(Open(path));
            while (reader.ReadLine() is { } line)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Returns the last lines, oldest first. If .NET ended the process, returns instead the lines from just before its
    /// message, with the top of the stack. Empty when there is no readable log.
    /// </summary>
    public static IReadOnlyList<string> Tail(string path)
    {
        try
        {
            using FileStream file = Open(path);
            _ = file.Seek(-Math.Min(file.Length, TailBytes), SeekOrigin.End);
            using var reader = new StreamReader(file);
            string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            int last = Array.FindLastIndex(lines, static line => Array.Exists(s_lastWords, word => line.StartsWith(word, StringComparison.Ordinal)));
            int first = Math.Max(0, last < 0 ? lines.Length - TailLines : Math.Min(last - 1, lines.Length - TailLines));
            return lines[first..Math.Min(lines.Length, first + TailLines)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The log only illustrates another error, which must not be lost because of it.
            return [];
        }
    }

    // The path is what a daemon has said of itself, perhaps of a pipe, or of a device that never ends.
    private static FileStream Open(string path)
    {
        FileStream file = UnlockedFile.Open(path, followLinks: true);
        if (FileIdentity.OfDescriptor((int)file.SafeFileHandle.DangerousGetHandle()) is { IsRegularFile: true })
        {
            return file;
        }

        file.Dispose();
        throw new IOException($"'{path}' is no file.");
    }
}
