namespace DaemonRpc.Process.Tests.Replacing;

/// <summary>A daemon whose program is changed on disk while it runs.</summary>
public sealed class ChangedFilesTests : SandboxTests
{
    private readonly InstalledProgram _app;

    public ChangedFilesTests() => _app = new InstalledProgram(Sandbox, "app");

    [Fact]
    public async Task Older_build_that_is_put_at_the_daemons_path_replaces_it()
    {
        _app.Install(TestProgram.Newer);
        InstalledProgram.Answer newer = await _app.CallAsync();
        Assert.Equal("Started", newer.Origin);
        Assert.Equal("Reused", (await _app.CallAsync()).Origin);

        _app.Install(TestProgram.Path);
        InstalledProgram.Answer older = await _app.CallAsync();

        Assert.Equal("Replaced", older.Origin);
        Assert.Equal($"{TestServiceDaemon.BuildTimestamp.UtcTicks}", older.Build);
        Assert.Equal(older with { Origin = "Reused" }, await _app.CallAsync());
    }

    [Fact]
    public async Task Older_build_elsewhere_is_refused_though_the_daemons_files_have_changed()
    {
        _app.Install(TestProgram.Newer);
        _ = await _app.CallAsync();
        _app.Install(TestProgram.Path);

        string answer = await Sandbox.Start(TestProgram.Older, "pid").AnswerAsync(exitCode: 3);

        Assert.StartsWith("version ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rebuild_of_a_dependency_alone_replaces_the_daemon()
    {
        _app.Install(TestProgram.Path);
        InstalledProgram.Answer first = await _app.CallAsync();
        _app.RenewDependency();

        InstalledProgram.Answer second = await _app.CallAsync();

        Assert.Equal("Replaced", second.Origin);
        Assert.NotEqual(first.ProcessId, second.ProcessId);
        Assert.Equal(first.Build, second.Build);
        Assert.Equal(second with { Origin = "Reused" }, await _app.CallAsync());
        IReadOnlyList<DaemonJournalEntry> journal = await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        DaemonJournalEntry left = Assert.Single(journal, entry => entry.Event == DaemonJournalEvent.MadeRoom);
        Assert.Contains("its files have changed since it was started", left.Reason, StringComparison.Ordinal);
        Assert.Contains(_app.Path, left.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_whose_files_were_written_anew_with_the_same_bytes_keeps_what_it_has_warm()
    {
        _app.Install(TestProgram.Path);
        InstalledProgram.Answer first = await _app.CallAsync();
        // When it is idle it reads its files, and some seconds later, on the same thread, what is mapped: who has read more than the files has read them to the end.
        long before = ProcessTable.BytesRead(first.ProcessId);
        long size = Directory.GetFiles(Sandbox["app"]).Where(file => Path.GetExtension(file) is not (".pdb" or ".xml")).Sum(file => new FileInfo(file).Length);
        await Settling.UntilAsync(() => ProcessTable.BytesRead(first.ProcessId) > before + size + 20_000, "The daemon did not read its files.");

        for (int touch = 0; touch < 3; touch++)
        {
            _app.TouchDependency();
            Assert.Equal(first with { Origin = "Reused" }, await _app.CallAsync());
        }

        _app.RenewDependency();
        Assert.Equal("Replaced", (await _app.CallAsync()).Origin);
    }

    [Fact]
    public async Task Client_that_launches_the_changed_program_replaces_the_daemon_too()
    {
        _app.Install(TestProgram.Path);
        DaemonClientOptions options = Sandbox.Options();
        options.Launch = DaemonLaunch.Executable(_app.Path);
        TestServiceClient before = await Sandbox.ConnectAsync(options);
        int processId = before.Daemon.ProcessId;
        _app.RenewDependency();

        // Who is connected goes on with the daemon that it has.
        Assert.Equal(3, await before.AddAsync(1, 2).InTime());
        Assert.Equal(processId, before.Daemon.ProcessId);
        TestServiceClient after = await Sandbox.ConnectAsync(options);
        Assert.Equal(3, await after.AddAsync(1, 2).InTime());

        Assert.Equal(DaemonOrigin.Replaced, after.Daemon.Origin);
        Assert.NotEqual(processId, after.Daemon.ProcessId);
    }

    /// <remarks>The sixth rebuild within a minute was refused: tests had rebuilt once or twice.</remarks>
    [Fact]
    public async Task Whoever_edits_builds_and_runs_all_the_time_is_never_refused()
    {
        _app.Install(TestProgram.Path);
        _ = await _app.CallAsync();
        for (int build = 1; build <= 12; build++)
        {
            if (build % 4 == 0)
            {
                _app.Install(build % 8 == 0 ? TestProgram.Path : TestProgram.Newer);
            }
            else
            {
                _app.RenewDependency();
            }

            Assert.Equal("Replaced", (await _app.CallAsync()).Origin);
        }
    }

    /// <remarks>The old program was started six times, and what was published then was refused for a minute.</remarks>
    [Fact]
    public async Task Client_that_is_newer_than_the_program_it_launches_is_told_so_at_once_and_served_when_that_is_published()
    {
        _app.Install(TestProgram.Older);
        DaemonClientOptions options = Sandbox.Options();
        options.Launch = DaemonLaunch.Executable(_app.Path);
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        for (int call = 0; call < 3; call++)
        {
            DaemonVersionException exception = await Assert.ThrowsAsync<DaemonVersionException>(() => client.AddAsync(1, 2).InTime());
            Assert.Contains($"The daemon's program, '{_app.Path}', is the build of ", exception.Message, StringComparison.Ordinal);
            Assert.Contains("this client is newer: ", exception.Message, StringComparison.Ordinal);
            Assert.True(exception.ClientBuildTimestamp > exception.DaemonBuildTimestamp);
        }

        Assert.Equal(1, await Sandbox.StartsAsync());
        _app.Install(TestProgram.Path);

        TestServiceClient served = await Sandbox.ConnectAsync(options);
        Assert.Equal(3, await served.AddAsync(1, 2).InTime());
        Assert.Equal(DaemonOrigin.Replaced, served.Daemon.Origin);
    }

    [Fact]
    public async Task Client_that_is_newer_than_what_a_script_starts_is_told_so_when_it_was_started_once()
    {
        string script = Sandbox["start"];
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nexec '{TestProgram.Older}' \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        DaemonClientOptions options = Sandbox.Options();
        options.Launch = DaemonLaunch.Executable(script);
        TestServiceClient client = await Sandbox.ConnectAsync(options);

        DaemonVersionException exception = await Assert.ThrowsAsync<DaemonVersionException>(() => client.AddAsync(1, 2).InTime());

        Assert.Contains($"The daemon's program, '{script}', is the build of ", exception.Message, StringComparison.Ordinal);
        Assert.InRange(await Sandbox.StartsAsync(), 1, 2);
    }

    [Fact]
    public async Task Same_build_at_another_path_is_served_by_the_daemon_that_runs()
    {
        _app.Install(TestProgram.Path);
        InstalledProgram.Answer first = await _app.CallAsync();
        Directory.Delete(Sandbox["app"], recursive: true);

        TestServiceClient other = await Sandbox.ConnectAsync();

        Assert.Equal(3, await other.AddAsync(1, 2).InTime());
        Assert.Equal(first.ProcessId, other.Daemon.ProcessId);
    }

    [Fact]
    public async Task Daemon_that_works_finishes_its_task_before_its_changed_program_takes_over()
    {
        _app.Install(TestProgram.Path);
        int processId = (await _app.CallAsync()).ProcessId;
        TestServiceClient watcher = await Sandbox.ConnectAsync();
        ToolProcess owner = Sandbox.Start(_app.Path, "hold");
        _ = await watcher.Daemon.WhenHoldingAsync();
        _app.RenewDependency();

        ToolProcess waiting = Sandbox.Start(_app.Path, "pid", "--wait");
        _ = await watcher.Daemon.WhenAsync(status => status.State == DaemonState.Stopping);
        Assert.StartsWith("busy HoldAsync", await Sandbox.Start(_app.Path, "pid").AnswerAsync(exitCode: 3), StringComparison.Ordinal);
        Assert.Equal(CancelOutcome.Stopped, await watcher.Daemon.CancelAsync().InTime());

        string[] answer = (await waiting.AnswerAsync()).Split(' ');
        Assert.NotEqual($"{processId}", answer[0]);
        Assert.Equal("Replaced", answer[1]);
        _ = await owner.EndedAsync(exitCode: 3);
    }
}
