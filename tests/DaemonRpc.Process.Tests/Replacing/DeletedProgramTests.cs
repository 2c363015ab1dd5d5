namespace DaemonRpc.Process.Tests.Replacing;

/// <summary>A daemon whose program is deleted while it runs, as when a tool is uninstalled.</summary>
public sealed class DeletedProgramTests : SandboxTests
{
    private readonly InstalledProgram _app;

    public DeletedProgramTests() => _app = new InstalledProgram(Sandbox, "app");

    [Fact]
    public async Task Daemon_leaves_and_says_why()
    {
        _app.Install(TestProgram.Path);
        InstalledProgram.Answer answer = await _app.CallAsync();
        using WatchedProcess daemon = WatchedProcess.TryOpen(answer.ProcessId)!;

        Directory.Delete(Sandbox["app"], recursive: true);

        await daemon.EndedAsync();
        IReadOnlyList<DaemonJournalEntry> journal = await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        Assert.Equal(DaemonJournalEvent.Stopped, journal[^1].Event);
        Assert.Contains("was deleted", journal[^1].Reason, StringComparison.Ordinal);
    }

    /// <remarks>Each version of a global tool has a path of its own, so a user who took back an update was told to use the newer program.</remarks>
    [Fact]
    public async Task Older_build_elsewhere_replaces_the_daemon_although_a_client_keeps_it()
    {
        _app.Install(TestProgram.Newer);
        InstalledProgram.Answer newer = await _app.CallAsync();
        DaemonHandle? watched = await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        await using IAsyncEnumerator<DaemonStatus> watching = watched!.WatchStatusAsync().GetAsyncEnumerator();
        Assert.True(await watching.MoveNextAsync().AsTask().InTime());

        Directory.Delete(Sandbox["app"], recursive: true);

        Assert.NotEqual($"{newer.ProcessId}", await Sandbox.Start(TestProgram.Older, "pid").AnswerAsync());
    }
}
