using DaemonRpc.Journal;

namespace DaemonRpc.Runtime.Tests.Journal;

public sealed class JournalFileTests : IDisposable
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("journal").FullName;

    private string File => Path.Combine(_folder, "j.journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("None was running.")]
    [InlineData("")]
    [InlineData("tab\there, line\nthere, \\t and \\\\ and \\")]
    public void Entry_is_read_as_it_was_written(string reason)
    {
        new JournalFile(File).Append(Entry(DaemonJournalEvent.IdledOut, reason));

        DaemonJournalEntry read = Assert.Single(new JournalFile(File).Read());
        Assert.Equal(
            (s_time, DaemonJournalEvent.IdledOut, 12, 34L, 56, reason),
            (read.At, read.Event, read.ProcessId, read.BuildTimestamp.UtcTicks, read.ByProcessId, read.Reason));
    }

    [Fact]
    public void Every_control_character_of_a_reason_is_read_as_it_was_written()
    {
        string[] reasons = [.. Enumerable.Range(0, char.MaxValue + 1).Select(value => (char)value).Where(char.IsControl).Select(value => $"before{value}after\\{value}")];
        var journal = new JournalFile(File);
        foreach (string reason in reasons)
        {
            journal.Append(Entry(DaemonJournalEvent.Started, reason));
        }

        Assert.Equal(65, reasons.Length);
        Assert.Equal(reasons, journal.Read().Select(entry => entry.Reason));
    }

    [Fact]
    public void Line_that_was_cut_or_is_of_a_later_version_is_left_out()
    {
        var journal = new JournalFile(File);
        journal.Append(Entry(DaemonJournalEvent.Started, "one"));
        string line = System.IO.File.ReadAllText(File);
        System.IO.File.AppendAllText(File, line.Replace("Started", "Teleported", StringComparison.Ordinal));
        System.IO.File.AppendAllText(File, line[..25] + "\n");
        journal.Append(Entry(DaemonJournalEvent.Stopped, "two"));

        Assert.Equal(["one", "two"], journal.Read().Select(entry => entry.Reason));
    }

    [Fact]
    public void Entry_after_a_line_that_was_cut_is_not_lost_with_it()
    {
        var journal = new JournalFile(File);
        journal.Append(Entry(DaemonJournalEvent.Started, "one"));
        System.IO.File.AppendAllText(File, System.IO.File.ReadAllText(File)[..25]);
        journal.Append(Entry(DaemonJournalEvent.Stopped, "two"));
        journal.Append(Entry(DaemonJournalEvent.Started, "three"));

        Assert.Equal(["one", "two", "three"], journal.Read().Select(entry => entry.Reason));
    }

    [Fact]
    public void Start_after_a_start_notes_that_the_one_between_vanished()
    {
        var journal = new JournalFile(File);
        journal.AppendStart(Entry(DaemonJournalEvent.Started, ""));
        journal.Append(Entry(DaemonJournalEvent.Stopped, ""));
        journal.AppendStart(Entry(DaemonJournalEvent.Replaced, ""));
        journal.AppendStart(Entry(DaemonJournalEvent.Started, ""));

        Assert.Equal(
            [DaemonJournalEvent.Started, DaemonJournalEvent.Stopped, DaemonJournalEvent.Replaced, DaemonJournalEvent.Vanished, DaemonJournalEvent.Started],
            journal.Read().Select(entry => entry.Event));
    }

    [Fact]
    public void Start_that_failed_in_between_hides_neither_a_death_nor_that_one_is_missing()
    {
        var journal = new JournalFile(File);
        journal.AppendStart(Entry(DaemonJournalEvent.Started, ""));
        journal.Append(Entry(DaemonJournalEvent.Stopped, ""));
        journal.Append(Entry(DaemonJournalEvent.StartFailed, ""));
        journal.AppendStart(Entry(DaemonJournalEvent.Started, ""));
        journal.Append(Entry(DaemonJournalEvent.StartFailed, ""));
        journal.AppendStart(Entry(DaemonJournalEvent.Started, ""));

        Assert.Equal(
            [
                DaemonJournalEvent.Started, DaemonJournalEvent.Stopped, DaemonJournalEvent.StartFailed,
                DaemonJournalEvent.Started, DaemonJournalEvent.StartFailed, DaemonJournalEvent.Vanished, DaemonJournalEvent.Started,
            ],
            journal.Read().Select(entry => entry.Event));
    }

    [Fact]
    public async Task Writers_that_find_the_journal_full_together_lose_nothing()
    {
        const int Writers = 4;
        const int Entries = 20;

        for (int round = 0; round < 20; round++)
        {
            System.IO.File.Delete(File);
            var journal = new JournalFile(File);
            int before = 0;
            for (; !System.IO.File.Exists(File) || new FileInfo(File).Length < 64 * 1024 - 200; before++)
            {
                journal.Append(Entry(DaemonJournalEvent.Started, "before"));
            }

            using var start = new Barrier(Writers);
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Patience.InThread(() =>
            {
                start.SignalAndWait();
                for (int number = 0; number < Entries; number++)
                {
                    new JournalFile(File).Append(Entry(DaemonJournalEvent.Started, $"{writer} {number}"));
                }
            })));

            // Nothing was overwritten, and the full file was moved aside once: nothing was moved over it.
            Assert.Equal(before + (Writers * Entries), journal.Read().Count);
            Assert.True(new FileInfo(File + ".1").Length > 64 * 1024);
        }
    }

    [Fact]
    public void Journal_is_bounded_and_keeps_the_latest()
    {
        var journal = new JournalFile(File);
        for (int number = 0; number < 3000; number++)
        {
            journal.Append(Entry(DaemonJournalEvent.Started, $"number {number}"));
        }

        Assert.True(Directory.GetFiles(_folder).Sum(file => new FileInfo(file).Length) < 140 * 1024);
        List<DaemonJournalEntry> kept = journal.Read();
        Assert.Equal("number 2999", kept[^1].Reason);
        Assert.InRange(kept.Count, 500, 2999);
    }

    [Fact]
    public void Several_journals_are_read_as_one_by_time_and_the_entries_of_each_keep_their_order()
    {
        string[] paths = [File, Path.Combine(_folder, "other.journal"), Path.Combine(_folder, "missing.journal")];
        foreach ((int journal, int second, string reason) in ((int, int, string)[])[(0, 1, "one"), (1, 2, "two"), (0, 4, "three"), (0, 0, "three, the clock set back"), (1, 3, "two and a half"), (1, 5, "four")])
        {
            new JournalFile(paths[journal]).Append(Entry(DaemonJournalEvent.Started, reason, s_time.AddSeconds(second)));
        }

        Assert.Equal(["one", "two", "two and a half", "three", "three, the clock set back", "four"], JournalFile.ReadAll(paths).Select(entry => entry.Reason));
    }

    [Fact]
    public void Journal_that_does_not_exist_is_empty() => Assert.Empty(new JournalFile(File).Read());

    [Fact]
    public void Journal_that_cannot_be_written_ends_nobody() => new JournalFile(Path.Combine(_folder, "missing", "j")).Append(Entry(DaemonJournalEvent.Started, ""));

    [Fact]
    public void Journal_that_can_be_neither_read_nor_written_ends_nobody()
    {
        _ = Directory.CreateDirectory(File);
        var journal = new JournalFile(File);

        journal.AppendStart(Entry(DaemonJournalEvent.Started, ""));

        Assert.Empty(journal.ReadIfPossible());
        _ = Assert.ThrowsAny<IOException>(() => journal.Read());
    }

    [Fact]
    public void Journal_is_the_owners_alone()
    {
        new JournalFile(File).Append(Entry(DaemonJournalEvent.Started, ""));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Theory]
    [InlineData("com.acme.search", "")]
    [InlineData("com.acme.search", "/home/me/two words\tand a tab\n# no name")]
    public void Journal_names_its_daemon_once(string id, string instance)
    {
        var journal = new JournalFile(File);
        Assert.Null(journal.ReadName());

        journal.Append(Entry(DaemonJournalEvent.StartFailed, "# no name\teither"));
        journal.Name(new JournalName(id, instance));
        journal.AppendStart(Entry(DaemonJournalEvent.Started, ""));
        string written = System.IO.File.ReadAllText(File);
        journal.Name(new JournalName("com.acme.other", ""));

        Assert.Equal(new JournalName(id, instance), journal.ReadName());
        Assert.Equal([DaemonJournalEvent.StartFailed, DaemonJournalEvent.Started], journal.Read().Select(entry => entry.Event));
        Assert.Equal(written, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Name_is_found_in_the_older_part_and_written_again_into_the_next()
    {
        var journal = new JournalFile(File);
        journal.Name(new JournalName("id", ""));
        while (!System.IO.File.Exists(File + ".1"))
        {
            journal.Append(Entry(DaemonJournalEvent.Started, new string('x', 900)));
        }

        Assert.Null(JournalName.In(File));
        Assert.Equal(new JournalName("id", ""), journal.ReadName());

        System.IO.File.AppendAllText(File, "a line that was cu");
        journal.Name(new JournalName("id", ""));
        Assert.Equal(new JournalName("id", ""), JournalName.In(File));
    }

    [Fact]
    public void Name_that_can_be_neither_read_nor_written_ends_nobody()
    {
        _ = Directory.CreateDirectory(File);

        new JournalFile(File).Name(new JournalName("id", ""));

        Assert.Null(new JournalFile(File).ReadName());
    }

    private static DaemonJournalEntry Entry(DaemonJournalEvent what, string reason, DateTimeOffset? at = null) =>
        new() { At = at ?? s_time, Event = what, ProcessId = 12, BuildTimestamp = new DateTimeOffset(34, TimeSpan.Zero), ByProcessId = 56, Reason = reason };
}
