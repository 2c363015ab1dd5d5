namespace DaemonRpc.Testing.Tests.Faults;

/// <summary>A daemon that cannot be started.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Failed_start_tells_how_the_process_ended_and_what_it_wrote_and_the_next_succeeds()
    {
        await using TestDaemon daemon = Daemons.Create();
        daemon.FailNextStart(exitCode: 3, "no licence", "giving \"up\"");

        DaemonStartException failure = await Assert.ThrowsAsync<DaemonStartException>(() => daemon.ConnectAsync());

        Assert.Equal(3, failure.ExitCode);
        Assert.Equal(["no licence", "giving \"up\""], failure.LastLines);
        Assert.True(File.Exists(failure.LogPath));
        await using TestServiceClient client = await daemon.ConnectAsync();
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Start_after_a_crash_can_fail_too()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        daemon.Crash();
        daemon.FailNextStart();

        DaemonStartException failure = await Assert.ThrowsAsync<DaemonStartException>(() => client.AddAsync(1, 2).InTime());

        Assert.Equal(1, failure.ExitCode);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Factory_that_throws_fails_the_first_call_as_in_a_process()
    {
        await using var daemon = new TestDaemon(static options => TestServiceDaemon.RunAsync(ITestService (_) => throw new InvalidDataException("The index is broken."), options));
        await using TestServiceClient client = await daemon.ConnectAsync();

        DaemonStartException failure = await Assert.ThrowsAsync<DaemonStartException>(() => client.AddAsync(1, 2).InTime());

        Assert.Contains("The index is broken.", failure.Message, StringComparison.Ordinal);
        Assert.Contains(daemon.Log, static line => line.Exception is InvalidDataException);
    }

    [Fact]
    public async Task Function_that_throws_or_returns_runs_no_daemon()
    {
        await using var throwing = new TestDaemon(static _ => throw new InvalidDataException("no settings"));
        await using var returning = new TestDaemon(static _ => Task.FromResult(5));

        DaemonStartException thrown = await Assert.ThrowsAsync<DaemonStartException>(() => throwing.ConnectAsync());
        DaemonStartException returned = await Assert.ThrowsAsync<DaemonStartException>(() => returning.ConnectAsync());

        Assert.IsType<InvalidDataException>(thrown.InnerException);
        Assert.Equal(5, returned.ExitCode);
    }

    [Fact]
    public async Task Client_that_starts_nothing_finds_none()
    {
        await using TestDaemon daemon = Daemons.Create();

        await Assert.ThrowsAsync<DaemonStartException>(() => daemon.ConnectAsync(static options => options.Launch = DaemonLaunch.None));

        await daemon.StartAsync();
        await using TestServiceClient client = await daemon.ConnectAsync(static options => options.Launch = DaemonLaunch.None);
        Assert.Equal(DaemonOrigin.Reused, client.Daemon.Origin);
    }
}
