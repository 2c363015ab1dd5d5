using System.Text;

namespace DaemonRpc.Lifecycle;

/// <summary>The births and deaths of one id's daemons: append-only, bounded, the answer to "why did it restart?".</summary>
/// <remarks>
/// Written by whoever holds the life lock, so that there is one writer at a time. A line is one append, so that a
/// process killed in the middle leaves a cut line at most, which readers skip.
/// </remarks>
internal sealed class Journal(string path)
{
    private const long LargestFile = 64 * 1024;

    /// <summary>Adds an entry. What cannot be written is reported to standard error: a full disk must not end a daemon.</summary>
    public void Append(DaemonJournalEntry entry)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
            {
                File.Move(path, Older, overwrite: true);
            }

            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            file.Write(Encoding.UTF8.GetBytes(JournalLine.Format(entry)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The journal '{path}' could not be written: {exception.Message}");
        }
    }

    /// <summary>A daemon begins to serve. If the one before it never said why it left, that is noted first.</summary>
    public void Born(DaemonJournalEntry birth)
    {
        if (Read() is [.., { Event: DaemonJournalEvent.Started or DaemonJournalEvent.Replaced or DaemonJournalEvent.TookOver } last])
        {
            Append(new DaemonJournalEntry
            {
                At = birth.At,
                Event = DaemonJournalEvent.Vanished,
                ProcessId = last.ProcessId,
                BuildTimestamp = last.BuildTimestamp,
                ByProcessId = 0,
                Reason = "It left without a word: it crashed, was killed, or the machine went down.",
            });
        }

        Append(birth);
    }

    /// <summary>All entries that are kept, oldest first. Lines that cannot be read are left out.</summary>
    public List<DaemonJournalEntry> Read()
    {
        var entries = new List<DaemonJournalEntry>();
        foreach (string file in new[] { Older, path })
        {
            if (File.Exists(file))
            {
                using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
                while (reader.ReadLine() is { } line)
                {
                    if (JournalLine.TryParse(line, out DaemonJournalEntry? entry))
                    {
                        entries.Add(entry);
                    }
                }
            }
        }

        return entries;
    }

    private string Older => path + ".1";
}
