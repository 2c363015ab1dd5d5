namespace DaemonRpc.Process.Tests.Ending;

public sealed class StopInEveryStateTests : SandboxTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_none_ever_ran_nothing_is_stopped_and_nothing_made(bool force)
    {
        await StopAsync(force);

        Assert.False(Directory.Exists(Sandbox.RuntimeDirectory));
    }

    [Theory]
    [InlineData("locked")]
    [InlineData("bound")]
    public async Task Daemon_that_is_starting_is_stopped_when_it_is_reached(string point)
    {
        Sandbox.StartupPoint = $"{point},stop";
        ToolProcess starter = Sandbox.StartTool("connect");
        using WatchedProcess daemon = WatchedProcess.Of(await Sandbox.StartupPointReachedAsync());

        Task stopping = StopAsync();
        daemon.Signal(LibC.Continue);

        await stopping;
        Assert.True(daemon.HasEnded);
        _ = await starter.EndedAsync();
    }

    [Theory]
    [InlineData("locked")]
    [InlineData("bound")]
    public async Task Daemon_that_hangs_while_it_starts_is_ended_by_force(string point)
    {
        Sandbox.StartupPoint = $"{point},stop";
        ToolProcess starter = Sandbox.StartTool("connect");
        using WatchedProcess daemon = WatchedProcess.Of(await Sandbox.StartupPointReachedAsync());

        await StopAsync(force: true);

        Assert.True(daemon.HasEnded);
        IReadOnlyList<DaemonJournalEntry> journal = await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        Assert.Contains(journal, entry => entry.Event == DaemonJournalEvent.Vanished && entry.ProcessId == daemon.Id && entry.ByProcessId == Environment.ProcessId);

        // The next daemon removes what this one left behind.
        Assert.Equal("start signal 9", await starter.AnswerAsync(exitCode: 3));
        Sandbox.StartupPoint = null;
        Assert.Equal("3", await Sandbox.StartTool("add", "1", "2").AnswerAsync());
        await StopAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Daemon_whose_factory_still_runs_is_stopped(bool force)
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--start", "wait", "--until", Sandbox["made"]);
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        DaemonStatus status = await client.Daemon.WhenAsync(status => status.Message == "holding");
        Assert.Equal(DaemonState.Starting, status.State);

        await StopAsync(force);

        Assert.True(daemon.HasEnded);
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Daemon_that_waits_for_its_last_task_is_waited_for_by_everybody_who_stops_it()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();
        Task first = StopAsync();
        _ = await log.WhenAsync(status => status.State == DaemonState.Stopping);

        Task second = StopAsync();
        ToolProcess third = Sandbox.StartTool("halt");
        Assert.Equal(DaemonState.Stopping, (await client.Daemon.GetStatusAsync().InTime()).State);
        Assert.False(first.IsCompleted || second.IsCompleted || daemon.HasEnded);
        await File.WriteAllTextAsync(Sandbox["free"], "");

        await Task.WhenAll(first, second);
        Assert.True(daemon.HasEnded);
        Assert.Equal("halted", await third.AnswerAsync());
        await holding.InTime();
    }

    [Fact]
    public async Task Daemon_whose_last_task_never_ends_is_ended_by_a_second_stop_with_force()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();
        Task first = StopAsync();
        _ = await log.WhenAsync(status => status.State == DaemonState.Stopping);

        await StopAsync(force: true);

        Assert.True(daemon.HasEnded);
        await first;
        _ = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => holding.InTime());
    }

    [Fact]
    public async Task Daemon_whose_last_task_is_ended_by_force_is_not_followed_by_another()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200");
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task spinning = client.SpinAsync();
        _ = await log.WhenAsync(status => status.Message == "spinning");
        Task stopping = StopAsync();
        _ = await log.WhenAsync(status => status.State == DaemonState.Stopping);

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());

        await stopping;
        Assert.True(daemon.HasEnded);
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());
        Assert.Null(await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime());
        Assert.Equal(1, await Sandbox.StartsAsync());
        Assert.Empty(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock"));
    }

    [Fact]
    public async Task Daemon_that_disposes_its_handler_is_waited_for()
    {
        (WatchedProcess daemon, Task first) = await DisposingAsync(await Sandbox.ConnectAsync("--dispose", Sandbox["disposed"]));
        using WatchedProcess held = daemon;

        Task second = StopAsync();
        Task[] more = [.. Enumerable.Range(0, 3).Select(_ => Sandbox.StartTool("halt").AnswerAsync())];
        Assert.Null(await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime());
        Assert.False(first.IsCompleted || second.IsCompleted || daemon.HasEnded);
        await File.WriteAllTextAsync(Sandbox["disposed"], "");

        await second;
        Assert.True(daemon.HasEnded);
        await Task.WhenAll([first, .. more]);
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Daemon_that_disposes_its_handler_for_too_long_is_named_and_left_alone()
    {
        _ = await Sandbox.ConnectAsync("--dispose", Sandbox["disposed"]);
        DaemonClientOptions options = Sandbox.Options();
        options.StartTimeout = TimeSpan.FromSeconds(3);
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        (WatchedProcess daemon, Task first) = await DisposingAsync(client);
        using WatchedProcess held = daemon;

        DaemonUnresponsiveException exception = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => client.Daemon.StopAsync().InTime());

        Assert.Contains($"process {daemon.Id}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("within 3 s", exception.Message, StringComparison.Ordinal);
        Assert.False(daemon.HasEnded);
        await File.WriteAllTextAsync(Sandbox["disposed"], "");
        await first;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Daemon_that_hangs_in_disposing_its_handler_is_ended_by_force(bool byWhoKnowsIt)
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--dispose", Sandbox["disposed"]);
        (WatchedProcess daemon, Task first) = await DisposingAsync(client);
        using WatchedProcess held = daemon;

        await (byWhoKnowsIt ? client.Daemon.StopAsync(force: true).InTime() : StopAsync(force: true));

        Assert.True(daemon.HasEnded);
        await first;
    }

    [Fact]
    public async Task Eight_processes_that_stop_one_daemon_all_see_it_gone_and_start_none()
    {
        for (int round = 1; round <= 3; round++)
        {
            TestServiceClient client = await Sandbox.ConnectAsync();
            using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);

            ToolProcess[] tools = [.. Enumerable.Range(0, 8).Select(index => Sandbox.StartTool(index % 2 == 0 ? ["halt"] : ["halt", "--force"]))];
            string[] answers = await Task.WhenAll(tools.Select(tool => tool.AnswerAsync()));

            Assert.All(answers, answer => Assert.Equal("halted", answer));
            Assert.True(daemon.HasEnded);
            Assert.Equal(round, await Sandbox.StartsAsync());
        }
    }

    [Fact]
    public async Task Daemon_of_another_build_is_stopped()
    {
        using WatchedProcess daemon = WatchedProcess.Of(await ConnectedAsync(Sandbox.Start(TestProgram.Newer, "connect")));

        await StopAsync();

        Assert.True(daemon.HasEnded);
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Daemon_that_ended_but_was_not_reaped_has_gone()
    {
        ToolProcess starter = Sandbox.StartTool("hold");
        DaemonHandle handle = await WhenFoundAsync();
        _ = await handle.WhenHoldingAsync();
        using WatchedProcess daemon = WatchedProcess.Of(handle.ProcessId);
        Assert.Equal(starter.Id, ProcessTable.Parent(daemon.Id));
        // It lives, but takes note of nothing: not of its child's end either.
        await starter.FreezeAsync();

        await StopAsync(force: true);

        Assert.Equal('Z', ProcessTable.Status(daemon.Id, "State")[0]);
        starter.Signal(LibC.Continue);
        Assert.Equal("disconnected True", await starter.AnswerAsync(exitCode: 3));
    }

    private Task StopAsync(bool force = false) =>
        DaemonControl.StopAsync(DaemonSandbox.Id, force: force, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();

    /// <summary>Stops the daemon, which is then in the middle of disposing its handler, its socket gone.</summary>
    private async Task<(WatchedProcess Daemon, Task Stopping)> DisposingAsync(TestServiceClient client)
    {
        WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        _ = await client.AddAsync(1, 2).InTime();
        Task stopping = client.Daemon.StopAsync().InTime();
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock").Length == 0);
        return (daemon, stopping);
    }

    private static async Task<int> ConnectedAsync(ToolProcess tool) =>
        int.Parse((await tool.AnswerAsync()).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    private async Task<DaemonHandle> WhenFoundAsync()
    {
        await FileChange.UntilAsync(Sandbox.Folder, () => Directory.Exists(Sandbox.RuntimeDirectory));
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock").Length > 0);
        return Assert.IsType<DaemonHandle>(await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime());
    }
}
