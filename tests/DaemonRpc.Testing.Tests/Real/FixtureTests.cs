using System.Diagnostics;

namespace DaemonRpc.Testing.Tests.Real;

/// <summary>Real daemons, and what is left of them at the end.</summary>
public sealed class FixtureTests
{
    private const int Stop = 19;

    [Fact]
    public async Task Daemon_is_stopped_and_the_folder_deleted()
    {
        var fixture = new DaemonFixture();
        await using (TestServiceClient client = await fixture.ConnectAsync())
        {
            Assert.Equal(3, await client.AddAsync(1, 2).InTime());
            Assert.Equal(DaemonOrigin.Started, client.Daemon.Origin);
            using var process = Process.GetProcessById(client.Daemon.ProcessId);

            await fixture.DisposeAsync().AsTask().InTime();

            Assert.True(process.HasExited);
        }

        Assert.False(Directory.Exists(fixture.Folder));
    }

    [Fact]
    public async Task Hanging_daemon_is_killed_and_told_of()
    {
        var fixture = new DaemonFixture();
        await using TestServiceClient client = await fixture.ConnectAsync();
        using var process = Process.GetProcessById(client.Daemon.ProcessId);
        Signals.Send(process.Id, Stop);

        DaemonFixtureException complaint = await Assert.ThrowsAsync<DaemonFixtureException>(() => fixture.DisposeAsync().AsTask().InTime());

        Assert.Contains($"process {process.Id} did not stop", complaint.Message, StringComparison.Ordinal);
        await process.WaitForExitAsync().InTime();
        Assert.False(Directory.Exists(fixture.Folder));
    }

    [Fact]
    public async Task Daemon_that_is_leaving_is_awaited()
    {
        var fixture = new DaemonFixture();
        string free = Path.Combine(fixture.Folder, "free");
        await using TestServiceClient client = await fixture.ConnectAsync("--dispose", free);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        var isGone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var sockets = new FileSystemWatcher(fixture.Folder, "*.sock") { IncludeSubdirectories = true };
        sockets.Deleted += (_, _) => isGone.TrySetResult();
        sockets.EnableRaisingEvents = true;
        Task stopping = client.Daemon.StopAsync();
        await isGone.Task.InTime();

        // Its handler is being disposed, which takes longer than nothing.
        Task ending = fixture.DisposeAsync().AsTask();
        Assert.NotSame(ending, await Task.WhenAny(ending, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken)));
        await File.WriteAllTextAsync(free, "", TestContext.Current.CancellationToken);

        await ending.InTime();
        await stopping.InTime();
    }

    [Fact]
    public async Task Daemon_that_crashed_is_told_of_with_the_end_of_its_log()
    {
        var fixture = new DaemonFixture();
        await using TestServiceClient client = await fixture.ConnectAsync();
        await client.LogAsync("the last words").InTime();
        int processId = client.Daemon.ProcessId;
        await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.EndProcessAsync("kill").InTime());

        DaemonFixtureException complaint = await Assert.ThrowsAsync<DaemonFixtureException>(() => fixture.DisposeAsync().AsTask().InTime());

        Assert.Contains($"process {processId} ended unexpectedly", complaint.Message, StringComparison.Ordinal);
        Assert.Contains("the last words", complaint.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(fixture.Folder));
    }

    [Fact]
    public async Task Crash_is_told_of_although_another_daemon_followed()
    {
        var fixture = new DaemonFixture();
        await using TestServiceClient client = await fixture.ConnectAsync();
        int processId = client.Daemon.ProcessId;
        await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.EndProcessAsync("kill").InTime());
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());

        DaemonFixtureException complaint = await Assert.ThrowsAsync<DaemonFixtureException>(() => fixture.DisposeAsync().AsTask().InTime());

        Assert.Contains($"process {processId} ended unexpectedly", complaint.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crash_that_the_test_wants_is_no_failure()
    {
        await using var fixture = new DaemonFixture { AllowsCrashes = true };
        await using TestServiceClient client = await fixture.ConnectAsync();
        await Signals.KillAsync(client.Daemon.ProcessId);

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Fixture_that_was_not_used_leaves_nothing_and_can_be_disposed_twice()
    {
        var fixture = new DaemonFixture();
        Assert.True(Directory.Exists(fixture.Folder));

        await fixture.DisposeAsync();
        await fixture.DisposeAsync();

        Assert.False(Directory.Exists(fixture.Folder));
    }

    [Fact]
    public async Task Processes_that_the_test_starts_use_the_fixtures_daemons()
    {
        await using var fixture = new DaemonFixture();
        await using TestServiceClient client = await fixture.ConnectAsync();
        var start = new ProcessStartInfo(Daemons.ProgramPath, ["pid"]) { RedirectStandardOutput = true };
        fixture.Prepare(start);

        using Process tool = Process.Start(start)!;
        string output = await tool.StandardOutput.ReadToEndAsync().InTime();

        Assert.StartsWith($"{client.Daemon.ProcessId} Reused", output, StringComparison.Ordinal);
        await tool.WaitForExitAsync().InTime();
    }
}
