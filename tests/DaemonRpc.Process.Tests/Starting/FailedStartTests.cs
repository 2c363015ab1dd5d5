namespace DaemonRpc.Process.Tests.Starting;

public sealed class FailedStartTests : SandboxTests
{
    [Fact]
    public async Task Program_that_leaves_before_it_serves_is_reported_with_its_last_words()
    {
        DaemonStartException exception = await Assert.ThrowsAsync<DaemonStartException>(() => Sandbox.ConnectAsync("--start", "exit"));

        Assert.Equal(42, exception.ExitCode);
        Assert.Null(exception.Signal);
        Assert.Contains("I leave before I serve.", exception.LastLines);
        Assert.True(File.Exists(exception.LogPath));
        Assert.Contains("exit code 42", exception.Message, StringComparison.Ordinal);
        Assert.Contains("I leave before I serve.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_that_never_gets_ready_is_ended_and_reported()
    {
        DaemonClientOptions options = Sandbox.Options("--start", "never");
        options.StartTimeout = TimeSpan.FromSeconds(2);

        DaemonStartException exception = await Assert.ThrowsAsync<DaemonStartException>(() => Sandbox.ConnectAsync(options));

        Assert.Contains("was not ready within 2 s and was ended", exception.Message, StringComparison.Ordinal);
        Assert.Contains("RunAsync", exception.Message, StringComparison.Ordinal);
        foreach (int left in ProcessTable.Touching(Sandbox.Folder))
        {
            // Killed, though maybe not dead yet.
            using WatchedProcess? process = WatchedProcess.TryOpen(left);
            await (process?.EndedAsync() ?? Task.CompletedTask);
        }

        Assert.Empty(ProcessTable.Touching(Sandbox.Folder));
    }

    /// <remarks>The shell was ended and what it had started kept the spawn lock, so that every later start had to wait for it.</remarks>
    [Fact]
    public async Task Script_that_hangs_is_ended_with_all_it_started_and_the_next_start_finds_the_way_free()
    {
        string script = Sandbox["start"];
        await File.WriteAllTextAsync(script, "#!/bin/sh\nsleep 1000\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        DaemonClientOptions options = Sandbox.Options();
        options.Launch = DaemonLaunch.Executable(script);
        options.StartTimeout = TimeSpan.FromSeconds(1);

        DaemonStartException exception = await Assert.ThrowsAsync<DaemonStartException>(() => Sandbox.ConnectAsync(options));

        Assert.Contains("was not ready within 1 s and was ended", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, await (await Sandbox.ConnectAsync()).AddAsync(1, 2).InTime());
        Assert.DoesNotContain(ProcessTable.Touching(Sandbox.Folder), process => ProcessTable.CommandLine(process).Contains("sleep", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_waits_in_vain_for_anothers_start_is_told_which_processes_to_look_at()
    {
        ToolProcess other = Sandbox.StartTool("connect", "--daemon", "--start", "never", "--note", Sandbox["starts"]);
        await FileChange.UntilAsync(Sandbox.Folder, () => File.Exists(Sandbox["starts"]));
        DaemonClientOptions options = Sandbox.Options();
        options.StartTimeout = TimeSpan.FromSeconds(1);

        DaemonUnresponsiveException exception = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => Sandbox.ConnectAsync(options));

        string started = (await File.ReadAllLinesAsync(Sandbox["starts"]))[0];
        Assert.Contains($"process {other.Id} started '{TestProgram.Path}' as process {started}", exception.Message, StringComparison.Ordinal);
        other.Kill();
        using WatchedProcess? hanging = WatchedProcess.TryOpen(int.Parse(started, System.Globalization.CultureInfo.InvariantCulture));
        await (hanging?.KillAsync() ?? Task.CompletedTask);
    }

    [Fact]
    public async Task Program_that_calls_itself_instead_of_serving_is_told_what_is_missing()
    {
        DaemonStartException exception = await Assert.ThrowsAsync<DaemonStartException>(() => Sandbox.ConnectAsync("--start", "connect"));

        Assert.Equal(6, exception.Signal);
        Assert.Contains(exception.LastLines, line => line.Contains("calls ConnectAsync before RunAsync", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Program_that_does_not_exist_is_named()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.Launch = DaemonLaunch.Executable("/nowhere/tool");

        DaemonStartException exception = await Assert.ThrowsAsync<DaemonStartException>(() => Sandbox.ConnectAsync(options));

        Assert.Contains("/nowhere/tool", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Factory_that_throws_is_the_cause_that_callers_are_given()
    {
        DaemonStartException exception = await Assert.ThrowsAsync<DaemonStartException>(
            async () => await (await Sandbox.ConnectAsync("--start", "throw")).AddAsync(1, 2).InTime());

        DaemonRemoteException cause = Assert.IsType<DaemonRemoteException>(exception.InnerException);
        Assert.Equal("System.IO.InvalidDataException", cause.RemoteType);
        Assert.Equal("The index is broken.", cause.Message);
        Assert.Contains("The index is broken.", exception.Message, StringComparison.Ordinal);
        Assert.Contains(exception.LastLines, line => line.Contains("The index is broken.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_that_failed_does_not_keep_the_next_from_succeeding()
    {
        _ = await Assert.ThrowsAsync<DaemonStartException>(() => Sandbox.ConnectAsync("--start", "exit"));

        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(DaemonOrigin.Started, client.Daemon.Origin);
    }
}
