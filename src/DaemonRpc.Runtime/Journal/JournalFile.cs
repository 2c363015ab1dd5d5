using System.Text;
using DaemonRpc.Platform;

namespace DaemonRpc.Journal;

/// <summary>The journal of the daemons of one id: when and why each started and ended. Append-only, of limited size.</summary>
/// <remarks>
/// Its writers are the daemon, which holds the instance lock; a client that saw a start fail, which holds the spawn lock; and a process that killed a daemon.
/// Each line is one append, so that writers do not mix. A process killed during an append, or a full disk, leaves at most one cut line, which readers skip.
/// </remarks>
internal sealed class JournalFile(string path)
{
    private const long LargestFile = 64 * 1024;

    /// <summary>Appends an entry. Reports a failure to standard error instead of throwing: a full disk must not end a daemon.</summary>
    public void Append(DaemonJournalEntry entry)
    {
        try
        {
            if (IsFull())
            {
                MoveAside();
            }

            // After a cut line, begin a new line; otherwise this entry would be lost with the cut one.
            string line = EndsInTheMiddle() ? "\n" + JournalLine.Format(entry) : JournalLine.Format(entry);
            AppendFile.Append(path, Encoding.UTF8.GetBytes(line));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            StandardError.WriteLine($"The journal '{path}' could not be written: {exception.Message}");
        }
    }

    /// <summary>Names the daemon in the journal, for those who find only its files, unless it is named there already. Reports a failure as <see cref="Append"/> does.</summary>
    public void Name(JournalName name)
    {
        try
        {
            if (JournalName.In(path) is null)
            {
                AppendFile.Append(path, Encoding.UTF8.GetBytes(EndsInTheMiddle() ? "\n" + name.Format() : name.Format()));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            StandardError.WriteLine($"The journal '{path}' could not be written: {exception.Message}");
        }
    }

    /// <summary>Reads whose journal it is. Returns null if it does not say, or cannot be read.</summary>
    public JournalName? ReadName()
    {
        try
        {
            return JournalName.In(path) ?? JournalName.In(Older);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Records that a daemon begins to serve. If its predecessor never recorded its end, records that first.</summary>
    public void AppendStart(DaemonJournalEntry start)
    {
        // Failed starts in between say nothing about the daemon that served before.
        if (ReadIfPossible().FindLast(static entry => entry.Event != DaemonJournalEvent.StartFailed) is
            { } last && IsStart(last))
        {
            Append(new DaemonJournalEntry
            {
                At = start.At,
                Event = DaemonJournalEvent.Vanished,
                ProcessId = last.ProcessId,
                BuildTimestamp = last.BuildTimestamp,
                ByProcessId = 0,
                Reason = "It left without a word: it crashed, was killed, or the machine went down.",
            });
        }

        Append(start);
    }

    /// <summary>Reads all kept entries, oldest first. Skips unreadable lines.</summary>
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
                // The file was not written yet, or its writer has just moved it aside.
            }
        }

        return entries;
    }

    /// <summary>Reads all kept entries; returns none if the journal cannot be read. Used by the daemon, which must survive an unreadable journal.</summary>
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

    /// <summary>Reads several journals as one, oldest entry first. The entries of one journal keep their order, even if the clock was set back between them.</summary>
    public static List<DaemonJournalEntry> ReadAll(IEnumerable<string> paths) =>
        [.. paths.SelectMany(static path => Ordered(new JournalFile(path).Read())).OrderBy(static entry => entry.NotBefore).Select(static entry => entry.Entry)];

    /// <summary>Returns whether the entry records a daemon's start.</summary>
    public static bool IsStart(DaemonJournalEntry entry) => entry.Event is DaemonJournalEvent.Started or DaemonJournalEvent.Replaced or DaemonJournalEvent.TookOver;

    private string Older => path + ".1";

    private static IEnumerable<(DateTimeOffset NotBefore, DaemonJournalEntry Entry)> Ordered(List<DaemonJournalEntry> entries)
    {
        DateTimeOffset latest = DateTimeOffset.MinValue;
        foreach (DaemonJournalEntry entry in entries)
        {
            latest = entry.At > latest ? entry.At : latest;
            yield return (latest, entry);
        }
    }

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
            // The file was not written yet, or another writer has just moved it aside.
            return false;
        }
    }

    private bool IsFull() => new FileInfo(path) is { Exists: true, Length: > LargestFile };

    // If two writers find the journal full, the second must not move the first one's new file over the old entries. So
    // the full file is locked and checked again; a writer that does not get the lock leaves the work to the other.
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
