using DaemonRpc.Platform;

namespace DaemonRpc.Journal;

/// <summary>Whose journal it is: the files are named by a hash, from which nobody can read it.</summary>
/// <remarks>
/// <code>
/// # id TAB instance LF
/// </code>
/// The line is no entry, so readers that do not know it skip it. In the instance, special characters are written as in a <see cref="JournalLine"/>'s reason.
/// </remarks>
internal sealed record JournalName(string Id, string Instance)
{
    private const string Mark = "# ";

    /// <summary>Formats the line.</summary>
    public string Format() => $"{Mark}{JournalLine.Escape(Id)}\t{JournalLine.Escape(Instance)}\n";

    /// <summary>Reads the name from a file. Returns null if there is no such file, or no such line in it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static JournalName? In(string path)
    {
        // Looked for first, because an exception would cost the first start of a daemon more than everything else here.
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var reader = new StreamReader(UnlockedFile.Open(path));
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith(Mark, StringComparison.Ordinal) && line[Mark.Length..].Split('\t') is [{ Length: > 0 } id, var instance])
                {
                    return new JournalName(JournalLine.Unescape(id), JournalLine.Unescape(instance));
                }
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Its writer has just moved it aside.
        }

        return null;
    }
}
