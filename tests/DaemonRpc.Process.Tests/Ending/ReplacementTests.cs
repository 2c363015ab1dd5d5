using System.Globalization;

namespace DaemonRpc.Process.Tests.Ending;

public sealed class ReplacementTests : SandboxTests
{
    private const string OlderBuild = "2001-01-01 00:00:00";
    private const string NewerBuild = "2901-01-01 00:00:00";

    [Fact]
    public async Task Newer_client_replaces_the_daemon()
    {
        TestServiceClient watcher = await StartOlderAsync();
        using WatchedProcess older = WatchedProcess.Of(watcher.Daemon.ProcessId);
        StatusLog log = await StatusLog.OfAsync(watcher.Daemon);
        TestServiceClient newer = await Sandbox.ConnectAsync();
        Assert.Equal(DaemonOrigin.Reused, newer.Daemon.Origin);
        Assert.Equal(older.Id, newer.Daemon.ProcessId);

        Assert.Equal(3, await newer.AddAsync(1, 2).InTime());

        await older.EndedAsync();
        Assert.Equal(DaemonOrigin.Replaced, newer.Daemon.Origin);
        Assert.Contains(OlderBuild, newer.Daemon.OriginReason, StringComparison.Ordinal);
        Assert.NotEqual(older.Id, newer.Daemon.ProcessId);
        Assert.Equal(TestServiceDaemon.BuildTimestamp, newer.Daemon.BuildTimestamp);
        DaemonStatus stopping = await log.WhenAsync(status => status.State == DaemonState.Stopping);
        Assert.Contains(OlderBuild, stopping.Message, StringComparison.Ordinal);

        // The watch goes on with the new one.
        _ = await log.WhenAfterAsync(status => status == stopping, status => status is { State: DaemonState.Ready, TasksFinished: 1 });
        Assert.Equal(newer.Daemon.ProcessId, watcher.Daemon.ProcessId);
    }

    [Fact]
    public async Task Client_process_of_a_newer_build_just_gets_its_result()
    {
        TestServiceClient current = await Sandbox.ConnectAsync();
        int processId = current.Daemon.ProcessId;

        string[] answer = (await Sandbox.Start(TestProgram.Newer, "pid").AnswerAsync()).Split(' ');

        Assert.NotEqual($"{processId}", answer[0]);
        Assert.Equal(["Replaced", Ticks(NewerBuild)], answer[1..]);
    }

    [Fact]
    public async Task Older_client_is_refused_and_both_builds_are_named()
    {
        _ = await Sandbox.Start(TestProgram.Newer, "connect").EndedAsync();
        TestServiceClient older = await Sandbox.ConnectAsync();

        DaemonVersionException exception = await Assert.ThrowsAsync<DaemonVersionException>(() => older.AddAsync(1, 2).InTime());

        Assert.Equal(TestServiceDaemon.BuildTimestamp, exception.ClientBuildTimestamp);
        Assert.Equal(Ticks(NewerBuild), $"{exception.DaemonBuildTimestamp.UtcTicks}");
        Assert.Contains(NewerBuild, exception.Message, StringComparison.Ordinal);
        string own = TestServiceDaemon.BuildTimestamp.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        Assert.Contains(own, exception.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Older_client_still_sees_and_cancels_and_stops_the_daemon()
    {
        TestServiceClient owner = await Sandbox.ConnectAsync();
        using WatchedProcess process = WatchedProcess.Of(owner.Daemon.ProcessId);
        Task holding = owner.HoldAsync();
        _ = await owner.Daemon.WhenHoldingAsync();

        Assert.Equal("Busy holding", await Sandbox.Start(TestProgram.Older, "status").AnswerAsync());
        Assert.Equal("Stopped", await Sandbox.Start(TestProgram.Older, "cancel").AnswerAsync());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
        Assert.Equal("stopped", await Sandbox.Start(TestProgram.Older, "stop").AnswerAsync());

        Assert.True(process.HasEnded);
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Of_two_builds_of_one_time_the_clients_wins_and_a_war_is_ended()
    {
        string[] first = (await Sandbox.Start(TestProgram.Newer, "pid").AnswerAsync()).Split(' ');
        string[] second = (await Sandbox.Start(TestProgram.Twin, "pid").AnswerAsync()).Split(' ');

        Assert.Equal(["Started", Ticks(NewerBuild)], first[1..]);
        Assert.Equal(["Replaced", Ticks(NewerBuild)], second[1..]);
        Assert.Equal($"{second[0]} Reused {Ticks(NewerBuild)}", await Sandbox.Start(TestProgram.Twin, "pid").AnswerAsync());

        // One replacement; with four more the budget of a minute is spent.
        for (int round = 0; round < 2; round++)
        {
            Assert.Contains("Replaced", await Sandbox.Start(TestProgram.Newer, "pid").AnswerAsync(), StringComparison.Ordinal);
            Assert.Contains("Replaced", await Sandbox.Start(TestProgram.Twin, "pid").AnswerAsync(), StringComparison.Ordinal);
        }

        Assert.StartsWith("version ", await Sandbox.Start(TestProgram.Newer, "pid").AnswerAsync(exitCode: 3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Newer_client_that_may_not_wait_is_refused_and_the_daemon_leaves_after_its_task()
    {
        TestServiceClient owner = await StartOlderAsync();
        using WatchedProcess process = WatchedProcess.Of(owner.Daemon.ProcessId);
        ToolProcess holder = Sandbox.Start(TestProgram.Older, "hold");
        DaemonTask task = await owner.Daemon.WhenHoldingAsync();

        DaemonBusyException exception = await Assert.ThrowsAsync<DaemonBusyException>(() => owner.AddAsync(1, 2).InTime());
        Assert.Equal(task.Id, exception.Task?.Id);
        Assert.False(process.HasEnded);
        Assert.Equal(CancelOutcome.Stopped, await owner.Daemon.CancelAsync(task.Id).InTime());

        _ = await holder.EndedAsync(exitCode: 3);
        await process.EndedAsync();
        Assert.Equal(3, await owner.AddAsync(1, 2).InTime());
        Assert.Equal(TestServiceDaemon.BuildTimestamp, owner.Daemon.BuildTimestamp);
    }

    [Fact]
    public async Task Newer_client_that_waits_runs_on_the_new_daemon()
    {
        TestServiceClient owner = await Sandbox.ConnectAsync();
        StatusLog log = await StatusLog.OfAsync(owner.Daemon);
        Task holding = owner.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();

        ToolProcess newer = Sandbox.Start(TestProgram.Newer, "pid", "--wait");
        DaemonStatus stopping = await log.WhenAsync(status => status.State == DaemonState.Stopping);
        Assert.Equal("HoldUntilAsync", stopping.Task?.Method);
        await File.WriteAllTextAsync(Sandbox["free"], "");

        await holding.InTime();
        Assert.Equal(["Replaced", Ticks(NewerBuild)], (await newer.AnswerAsync()).Split(' ')[1..]);
    }

    [Fact]
    public async Task Client_that_launches_an_older_program_gives_up_instead_of_restarting_it_for_ever()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.Launch = DaemonLaunch.Executable(TestProgram.Older);
        TestServiceClient client = await Sandbox.ConnectAsync(options);

        DaemonException exception = await Assert.ThrowsAnyAsync<DaemonException>(() => client.AddAsync(1, 2).InTime());

        Assert.Contains(OlderBuild, exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A client of this build, connected to a daemon of the older one.</summary>
    private async Task<TestServiceClient> StartOlderAsync()
    {
        _ = await Sandbox.Start(TestProgram.Older, "connect").EndedAsync();
        TestServiceClient client = await Sandbox.ConnectAsync();
        Assert.Equal(Ticks(OlderBuild), $"{client.Daemon.BuildTimestamp.UtcTicks}");
        return client;
    }

    private static string Ticks(string time) =>
        $"{DateTime.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal).Ticks}";
}
