namespace DaemonRpc.Process.Tests.Replacing;

/// <summary>A client that lives on while its program is changed on disk, as an editor does.</summary>
public sealed class OutdatedClientTests : SandboxTests
{
    private readonly InstalledProgram _app;

    public OutdatedClientTests() => _app = new InstalledProgram(Sandbox, "app");

    [Fact]
    public async Task Outdated_client_is_served_by_the_daemon_of_its_build()
    {
        _app.Install(TestProgram.Path);
        ToolProcess editor = await StartEditorAsync();
        _app.Install(TestProgram.Newer);

        Assert.Equal("3", await AskAsync(editor));
    }

    [Fact]
    public async Task Outdated_client_does_not_replace_the_new_daemon_and_is_told_to_restart()
    {
        _app.Install(TestProgram.Newer);
        ToolProcess editor = await StartEditorAsync();
        _app.Install(TestProgram.Path);
        InstalledProgram.Answer replaced = await _app.CallAsync();
        Assert.Equal("Replaced", replaced.Origin);

        // By its timestamp the editor is the newer.
        string answer = await AskAsync(editor);

        Assert.StartsWith("version ", answer, StringComparison.Ordinal);
        Assert.Contains("its own files have changed since it was started", answer, StringComparison.Ordinal);
        Assert.Contains("Restart this program", answer, StringComparison.Ordinal);
        Assert.Equal(replaced with { Origin = "Reused" }, await _app.CallAsync());
    }

    [Fact]
    public async Task Outdated_client_that_finds_no_daemon_starts_the_new_build_and_is_told_to_restart()
    {
        _app.Install(TestProgram.Path);
        ToolProcess editor = await StartEditorAsync();
        _app.Install(TestProgram.Newer);
        await DaemonControl.StopAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();

        Assert.Contains("Restart this program", await AskAsync(editor), StringComparison.Ordinal);

        Assert.Equal("Reused", (await _app.CallAsync()).Origin);
    }

    private async Task<ToolProcess> StartEditorAsync()
    {
        ToolProcess editor = Sandbox.Start(_app.Path, "ask");
        _ = await editor.LineAsync(line => line.StartsWith("connected", StringComparison.Ordinal));
        return editor;
    }

    /// <summary>Has the editor make its call.</summary>
    private static async Task<string> AskAsync(ToolProcess editor)
    {
        await editor.WriteLineAsync("go");
        return await editor.LineAsync(line => !line.StartsWith("connected", StringComparison.Ordinal));
    }
}
