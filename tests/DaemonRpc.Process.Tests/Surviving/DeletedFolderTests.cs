namespace DaemonRpc.Process.Tests.Surviving;

/// <summary>Whatever is deleted of a daemon's files: no second task runs while the daemon lives.</summary>
/// <remarks>
/// That a daemon whose lock file is gone leaves after its task was tested; that no other serves meanwhile was said nowhere, and
/// not so: a lock on the new file locks nothing that the old daemon has.
/// </remarks>
public sealed class DeletedFolderTests : SandboxTests
{
    [Theory]
    [InlineData("folder")]
    [InlineData("files")]
    [InlineData("lock")]
    public async Task Call_that_comes_after_the_deletion_runs_when_the_task_before_it_has_ended(string what)
    {
        TestServiceClient first = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(first.Daemon.ProcessId);
        StatusLog log = await StatusLog.OfAsync(first.Daemon);
        Task holding = first.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();
        Delete(what);

        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        Task<int> adding = AddAsync(options);
        _ = await log.WhenAsync(status => status.State == DaemonState.Stopping);
        // About as long as another daemon needs to start.
        options = Sandbox.Options();
        options.Instance = "other";
        _ = await (await Sandbox.ConnectAsync(options)).AddAsync(1, 2).InTime();
        Assert.False(daemon.HasEnded || adding.IsCompleted, $"{adding.Exception}");
        await File.WriteAllTextAsync(Sandbox["free"], "");

        Assert.Equal(3, await adding.InTime());
        await holding.InTime();
        await daemon.EndedAsync();
    }

    [Fact]
    public async Task Client_without_patience_is_told_which_daemon_lives()
    {
        TestServiceClient first = await Sandbox.ConnectAsync();
        StatusLog log = await StatusLog.OfAsync(first.Daemon);
        Task holding = first.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();
        // Nothing can be published under a folder that is no folder.
        Directory.Delete(Sandbox.RuntimeDirectory, recursive: true);
        await File.WriteAllTextAsync(Sandbox.RuntimeDirectory, "");
        _ = await log.WhenAsync(status => status.State == DaemonState.Stopping);
        File.Delete(Sandbox.RuntimeDirectory);

        DaemonBusyException exception = await Assert.ThrowsAsync<DaemonBusyException>(async () => await (await Sandbox.ConnectAsync()).AddAsync(1, 2).InTime());

        Assert.Equal("HoldUntilAsync", exception.Task?.Method);
        await File.WriteAllTextAsync(Sandbox["free"], "");
        await holding.InTime();
    }

    [Fact]
    public async Task Daemon_whose_files_were_deleted_is_listed_and_waited_for()
    {
        TestServiceClient first = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(first.Daemon.ProcessId);
        StatusLog log = await StatusLog.OfAsync(first.Daemon);
        Task holding = first.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();
        Delete("files");

        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock").Length == 1);
        Assert.Equal(daemon.Id, Assert.Single(await DaemonControl.ListAsync(Sandbox.RuntimeDirectory).InTime()).ProcessId);
        Task stopping = DaemonControl.StopAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory);
        await File.WriteAllTextAsync(Sandbox["free"], "");

        await stopping.InTime();
        Assert.True(daemon.HasEnded);
        await holding.InTime();
    }

    private async Task<int> AddAsync(DaemonClientOptions options) => await (await Sandbox.ConnectAsync(options)).AddAsync(1, 2).InTime();

    private void Delete(string what)
    {
        switch (what)
        {
            case "folder":
                Directory.Delete(Sandbox.RuntimeDirectory, recursive: true);
                break;
            case "files":
                Array.ForEach(Directory.GetFiles(Sandbox.RuntimeDirectory), File.Delete);
                break;
            default:
                File.Delete(Assert.Single(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.life")));
                break;
        }
    }
}
