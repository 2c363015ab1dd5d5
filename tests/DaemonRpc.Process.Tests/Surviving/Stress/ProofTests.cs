namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>What a run of <see cref="StressTests"/> would be failed for: each of these is one line away from a true record.</summary>
public sealed class ProofTests
{
    private static readonly string[] s_true =
    [
        "1 call a obey 10", "2 start a 0a", "1 call b work 10", "3 cancel 0a-1 a", "2 end a 0a stopped", "3 canceled 0a-1 Stopped", "1 told a canceled:Stopped by 3",
        "2 start b 0a", "2 end b 0a returned", "1 told b result 2",
        "1 call c swallow 10", "2 start c 0a", "3 cancel 0a-3 c", "1 told c canceled:Forced by 3", "3 canceled 0a-3 Forced",
        "1 call d work 10", "1 told d busy", "1 call e work 10", "2 start e 0b", "9 kill daemon 2", "1 told e disconnected:True it went away",
        "4 start f 0c", "4 end f 0c threw", "1 told f remote",
        "1 call g copy 10", "4 start g 0c", "4 end g 0c returned", "1 told g canceled:Completed by 1", "1 call h fail 10", "4 start h 0c", "4 end h 0c threw", "1 told h fault",
        "1 call i sum 10", "4 start i 0c", "4 end i 0c threw", "1 told i own",
    ];

    private static readonly string[] s_trueWatch =
    [
        "1 watch", "1 status 7 Busy 0a-1 3 0 - - a", "1 status 9 Ready - 4 0 0a-1 Stopped -", "1 status 14 Busy 0a-2 5 3 - - b", "1 status 2 Ready - 0 0 - - -", "1 status 4 Busy 0b-1 0 0 - - c", "1 watched to its end",
        "1 watch", "1 status 5 Ready - 1 0 - - -", "1 watched enough",
    ];

    [Fact]
    public void True_record_is_not_complained_of()
    {
        Assert.Empty(Judge(s_true, s_trueWatch, out int compared));
        Assert.Equal(2, compared);
        Assert.Empty(JudgeWatch(s_trueWatch, last: 5));
    }

    [Theory]
    [InlineData("2 start b 0a", "2 overlap b 0a a task of process 4", "held the marker")]
    [InlineData("2 end a 0a stopped", "2 part a", "before the one before it had ended")]
    [InlineData("4 end f 0c threw", "4 end g 0c threw", "not the one that ran")]
    [InlineData("4 end f 0c threw", "2 end e 0b returned", "wrote after its successor")]
    [InlineData("4 start f 0c", "4 start e 0c", "ran 2 times")]
    [InlineData("1 told b result 2", "1 told b busy", "told otherwise")]
    [InlineData("1 told d busy", "1 told d result 1", "told otherwise")]
    [InlineData("1 told b result 2", "1 told b remote", "ended in another way")]
    [InlineData("1 told b result 2", "1 told b wrong: it hangs", "may not be told this")]
    [InlineData("1 told e disconnected:True it went away", "1 told e result 2", "but it did not")]
    [InlineData("9 kill daemon 2", "9 kill daemon 3", "nobody had killed")]
    [InlineData("3 canceled 0a-1 Stopped", "3 canceled 0a-1 Completed", "different things")]
    [InlineData("3 canceled 0a-1 Stopped", "3 canceled 0a-1 Abandoned", "may not be told this")]
    [InlineData("3 cancel 0a-1 a", "3 canceled 0a-1 NothingRunning", "went on after")]
    [InlineData("2 end b 0a returned", "1 told b result 2", "ran after its client was told")]
    [InlineData("3 cancel 0a-3 c", "3 canceled 0a-1 Forced", "different things were told")]
    [InlineData("9 kill daemon 2", "1 connect x disconnected:True", "when it connects")]
    [InlineData("1 told b result 2", "1 told b canceled:Completed by 1", "may not be told this")]
    [InlineData("1 told b result 2", "1 told b threadless", "may not be told this")]
    [InlineData("1 told g canceled:Completed by 1", "1 told g threadless", "told otherwise")]
    [InlineData("4 end h 0c threw", "4 end h 0c returned", "ended in another way")]
    [InlineData("1 told i own", "1 wrong i A report came after the call's end.", "passed or got")]
    public void One_false_line_is_enough(string from, string to, string complaint)
    {
        // The line in its place, and for what it must come before, also before it.
        IEnumerable<string>[] records = [s_true.Select(line => line == from ? to : line), s_true.SelectMany(line => line == from ? [to, line] : new[] { line })];

        Assert.Contains(records.SelectMany(record => Judge(record, s_trueWatch, out _)), text => text.Contains(complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1 status 4 Busy 0b-1 0 0 - - c", "1 status 4 Busy 0a-3 5 0 - - c", "goes back")]
    [InlineData("1 status 14 Busy 0a-2 5 3 - - b", "1 status 11 Busy 0a-2 5 3 - - b", "miscounts")]
    [InlineData("1 status 14 Busy 0a-2 5 3 - - b", "1 status 14 Busy 0a-2 3 3 - - b", "miscounts")]
    [InlineData("1 status 5 Ready - 1 0 - - -", "1 status 6 Ready - 1 0 - - -", "is not the daemon's")]
    [InlineData("1 status 5 Ready - 1 0 - - -", "1 status 5 Busy 0b-4 1 0 - - -", "is not the daemon's")]
    [InlineData("1 watched to its end", "1 watched wrong: something", "may not be told this")]
    public void One_false_status_is_enough(string from, string to, string complaint)
    {
        IEnumerable<string> watch = s_trueWatch.Select(line => line == from ? to : line);

        Assert.Contains(JudgeWatch(watch, last: 5), text => text.Contains(complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Completed", "different things were told")]
    [InlineData("Forced", "told different things")]
    public void Watches_are_told_what_the_owner_is(string outcome, string complaint)
    {
        // Where nobody cancelled by the task's name, only the two can be compared.
        IEnumerable<string> record = s_true.Where(line => outcome == "Completed" || !line.StartsWith("3 cancel", StringComparison.Ordinal));
        IEnumerable<string> watch = s_trueWatch.Select(line => line.Replace("Stopped", outcome, StringComparison.Ordinal));

        Assert.Contains(Judge(record, watch, out _), text => text.Contains(complaint, StringComparison.Ordinal));
    }

    [Fact]
    public void Line_that_was_not_written_whole_is_none()
    {
        Assert.Equal("call", Assert.Single(RecordLine.Parse(["", "1 1 sta", "1 1 call a obey 10 .", "1 1 call b ob"])).What);
    }

    private static IReadOnlyList<string> Judge(IEnumerable<string> lines, IEnumerable<string> watch, out int compared)
    {
        var complaints = new Complaints();
        IReadOnlyList<RecordLine> record = RecordLine.Parse(lines.Select(line => $"0 {line} ."));
        new TaskProof(record, complaints).Run();
        new CallProof(record, complaints).Run();
        var cancel = new CancelProof(record, RecordLine.Parse(watch.Select(line => $"0 {line} .")).Where(line => line.What == "status").ToArray(), complaints);
        cancel.Run();
        compared = cancel.Compared;
        return complaints.All;
    }

    private static IReadOnlyList<string> JudgeWatch(IEnumerable<string> lines, long last)
    {
        var complaints = new Complaints();
        var watch = new WatchProof("w", RecordLine.Parse(lines.Select(line => $"0 {line} .")), complaints);
        watch.Run();
        watch.CheckLast(last);
        return complaints.All;
    }
}
