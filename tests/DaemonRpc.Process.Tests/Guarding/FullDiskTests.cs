namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>A runtime directory on a disk that is, or gets, full.</summary>
public sealed class FullDiskTests : SandboxTests
{
    private const string Small = "mode=700,size=64k";

    [Fact]
    public async Task Daemon_starts_without_a_block_to_write_its_log_and_journal_to()
    {
        SmallDisk disk = Sandbox.Mount("run", Small);
        disk.Fill();

        string[] answer = (await Sandbox.StartTool("attempt").AnswerAsync()).Split(' ');

        Assert.Equal(["connected", "Started", "3"], answer.Where((_, index) => index != 1));
        Assert.Empty(Sandbox.Log);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Start_without_inodes_succeeds_or_says_what_is_missing(int inodes)
    {
        // One of them is the folder's own.
        _ = Sandbox.Mount("run", $"{Small},nr_inodes={inodes}");

        ToolProcess tool = Sandbox.StartTool("attempt");
        string answer = await tool.LastWordAsync();

        TestContext.Current.TestOutputHelper!.WriteLine(answer);
        Assert.True(
            answer.StartsWith("connected ", StringComparison.Ordinal)
            || (answer.StartsWith("DaemonStartException: ", StringComparison.Ordinal) && answer.Contains("No space left on device", StringComparison.Ordinal)),
            tool.ToString());
    }

    [Fact]
    public async Task Start_on_a_disk_with_inodes_for_all_its_files_succeeds()
    {
        _ = Sandbox.Mount("run", $"{Small},nr_inodes=6");

        Assert.StartsWith("connected ", await Sandbox.StartTool("attempt").AnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_that_there_is_no_inode_for_is_named_and_what_to_do_too()
    {
        _ = Sandbox.Mount("full", "mode=755,size=64k,nr_inodes=1");
        DaemonClientOptions options = Sandbox.Options();
        options.RuntimeDirectory = Sandbox["full/run"];

        DaemonAccessException exception = await Assert.ThrowsAsync<DaemonAccessException>(() => Sandbox.ConnectAsync(options));

        Assert.Contains($"'{options.RuntimeDirectory}' cannot be made: No space left on device", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Set DAEMONRPC_DIR", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_whose_disk_gets_full_serves_on_and_stops_and_the_next_one_is_told_of_it()
    {
        SmallDisk disk = Sandbox.Mount("run", Small);
        TestServiceClient client = await Sandbox.ConnectAsync();
        int first = client.Daemon.ProcessId;
        disk.Fill();
        // These were there before: their last blocks have room for more.
        SmallDisk.Fill([.. Directory.GetFiles(Sandbox.RuntimeDirectory, "*.log"), .. Directory.GetFiles(Sandbox.RuntimeDirectory, "*.journal")]);

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Task held = client.HoldAsync();
        _ = await client.Daemon.WhenHoldingAsync();
        Assert.Equal(CancelOutcome.Stopped, await client.Daemon.CancelAsync().InTime());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => held.InTime());
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(first, client.Daemon.ProcessId);
        using (WatchedProcess daemon = WatchedProcess.Of(first))
        {
            await client.Daemon.StopAsync().InTime();
            await daemon.EndedAsync();
        }

        disk.Free();
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(
            [
                (DaemonJournalEvent.Started, first),
                (DaemonJournalEvent.Vanished, first),
                (DaemonJournalEvent.Started, client.Daemon.ProcessId),
            ],
            (await client.Daemon.ReadJournalAsync().InTime()).Select(entry => (entry.Event, entry.ProcessId)));
    }

    [Fact]
    public async Task Task_is_ended_by_force_also_on_a_full_disk()
    {
        SmallDisk disk = Sandbox.Mount("run", Small);
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200");
        disk.Fill();
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task spinning = client.SpinAsync();
        _ = await log.WhenAsync(status => status.Message == "spinning");

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());

        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        _ = await log.WhenAfterAsync(status => status.Message == "spinning", status => status.State == DaemonState.Ready);
    }

    [Fact]
    public async Task Factory_that_throws_on_a_full_disk_is_reported()
    {
        SmallDisk disk = Sandbox.Mount("run", Small);
        disk.Fill();
        TestServiceClient client = await Sandbox.ConnectAsync("--start", "throw");

        DaemonStartException exception = await Assert.ThrowsAsync<DaemonStartException>(() => client.AddAsync(1, 2).InTime());

        Assert.Contains("The index is broken.", exception.Message, StringComparison.Ordinal);
    }
}
