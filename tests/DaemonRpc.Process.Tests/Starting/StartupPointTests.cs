namespace DaemonRpc.Process.Tests.Starting;

public sealed class StartupPointTests : SandboxTests
{
    [Theory]
    [InlineData("locked")]
    [InlineData("bound")]
    public async Task Daemon_that_hangs_while_it_starts_is_ended_by_its_client(string point)
    {
        Sandbox.StartupPoint = $"{point},stop";
        ToolProcess impatient = Sandbox.StartTool("pid", "--impatient");

        Assert.Equal("start signal ", await impatient.LastWordAsync());
        Assert.Contains("Started", await Sandbox.StartTool("pid").LastWordAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_that_is_told_to_leave_as_soon_as_it_serves_says_so()
    {
        Sandbox.StartupPoint = "answered,stop";
        _ = Sandbox.StartTool("connect");
        await FileChange.UntilAsync(Sandbox.Folder, () => File.Exists(Sandbox["point"]));
        int processId = (await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime())[0].ProcessId;
        using WatchedProcess daemon = WatchedProcess.Of(processId);
        daemon.Signal(LibC.Terminate);

        await Task.Run(() =>
        {
            // It stops itself a moment after it made the file: a signal to go on may be too early.
            while (!daemon.HasEnded)
            {
                daemon.Signal(LibC.Continue);
            }
        }).InTime();

        Assert.Contains(
            await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime(),
            entry => (entry.Event, entry.ProcessId, entry.Reason) == (DaemonJournalEvent.Stopped, processId, "The daemon got SIGTERM."));
    }
}
