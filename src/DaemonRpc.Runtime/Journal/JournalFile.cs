using System.Text;
using DaemonRpc.Platform;

namespace DaemonRpc.Journal;

/// <summary>The starts and ends of one id's daemons: append-only, bounded, the answer to "why did it restart?".</summary>
/// <remarks>
/// Written by the daemon, which holds the instance lock, by a client that saw a start fail, which holds the spawn lock, and by whoever killed a daemon. A line
/// is one append, so that two writers do not mix, and a process killed in the middle, or a
/// full disk, leaves a cut line at most, which readers skip.
/// </remarks>
internal sealed class JournalFile(string path)
{
    private const long LargestFile = 64 * 1024;

    /// <summary>Adds an entry. What cannot be written is reported to standard error: a full disk must not end a daemon.</summary>
    public void Append(DaemonJournalEntry entry)
    {
        try
        {
            if (IsFull())
            {
                MoveAside();
            }

            // Behind a line that was cut a new one begins, or this entry would be lost with it.
            string line = EndsInTheMiddle() ? "\n" + JournalLine.Format(entry) : JournalLine.Format(entry);
            AppendFile.Append(path, Encoding.UTF8.GetBytes(line));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            StandardError.WriteLine($"The journal '{path}' could not be written: {exception.Message}");
        }
    }

    /// <summary>A daemon begins to serve. If the one before it never said why it left, that is noted first.</summary>
    public void Born(DaemonJournalEntry incarnation)
    {
        // A start that failed in between says nothing of the daemon that served before.
        if (ReadIfPossible().FindLast(static entry => entry.Event != DaemonJournalEvent.StartFailed) is
            { } last && IsStart(last))
        {
            Append(new DaemonJournalEntry
            {
                At = incarnation.At,
                Event = DaemonJournalEvent.Vanished,
                ProcessId = last.ProcessId,
                BuildTimestamp = last.BuildTimestamp,
                ByProcessId = 0,
                Reason = "It left without a word: it crashed, was killed, or the machine went down.",
            });
        }

        Append(incarnation);
    }

    /// <summary>All entries that are kept, oldest first. Lines that cannot be read are left out.</summary>
    public List<DaemonJournalEntry> Read()
    {
        var entries = new List<DaemonJournalEntry>();
        foreach (string file in new[] { Older, path })
        {
            try
            {
                using var reader = new StreamReader(UnlockedFile.Open(file));
                while (reader.ReadLine() is { } line)
                {
                    if (JournalLine.TryParse(line, out DaemonJournalEntry? entry))
                    {
                        entries.Add(entry);
                    }
                }
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // Not written yet, or just moved out of the way by its writer.
            }
        }

        return entries;
    }

    /// <summary>All entries that are kept; none when they cannot be read. For the daemon, which a journal must not end.</summary>
    public List<DaemonJournalEntry> ReadIfPossible()
    {
        try
        {
            return Read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            StandardError.WriteLine($"The journal '{path}' could not be read: {exception.Message}");
            return [];
        }
    }

    /// <summary>Whether a daemon begins to serve.</summary>
    public static bool IsStart(DaemonJournalEntry entry) => entry.Event is DaemonJournalEvent.Started or DaemonJournalEvent.Replaced or DaemonJournalEvent.TookOver;

    private string Older => path + ".1";

    private bool EndsInTheMiddle()
    {
        try
        {
            using FileStream file = UnlockedFile.Open(path);
            if (!file.CanSeek || file.Length == 0)
            {
                return false;
            }

            _ = file.Seek(-1, SeekOrigin.End);
            return file.ReadByte() != '\n';
        }
        catch (FileNotFoundException)
        {
            // Not written yet, or just moved out of the way by another writer.
            return false;
        }
    }

    private bool IsFull() => new FileInfo(path) is { Exists: true, Length: > LargestFile };

    // Of two writers that find it full, the second would move the first one's new file over all that was kept: so the full
    // file is locked, and looked at once more. Who does not get the lock leaves it to the other.
    private void MoveAside()
    {
        if (FileLock.TryAcquire(path, out FileLock? alone))
        {
            using (alone)
            {
                if (IsFull())
                {
                    File.Move(path, Older, overwrite: true);
                }
            }
        }
    }
}
