using System.Globalization;
using System.Text.RegularExpressions;

namespace DaemonRpc.Testing.Tests.Real;

/// <summary>The exceptions of faults beside those of real processes in the same situation.</summary>
public sealed partial class LikeRealTests : IAsyncDisposable
{
    private const int Kill = 9;

    private readonly TestDaemon _daemon = Daemons.Create(configure: static options => options.CancelGrace = TimeSpan.FromMilliseconds(50));
    private readonly DaemonFixture _fixture = new() { AllowsCrashes = true };

    [Fact]
    public async Task Killed_daemon()
    {
        await using TestServiceClient real = await _fixture.ConnectAsync();
        Task call = real.HoldAsync();
        await HoldsAsync(real);
        await Signals.KillAsync(real.Daemon.ProcessId);
        DaemonDisconnectedException expected = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => call.InTime());

        await using TestServiceClient client = await _daemon.ConnectAsync();
        _daemon.CrashNext(CallPoint.BeforeHandler);
        DaemonDisconnectedException actual = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.HoldAsync().InTime());

        Assert.Equal(Told(expected), Told(actual));
        Assert.Equal((expected.MayHaveRun, expected.ExitCode, expected.Signal), (actual.MayHaveRun, actual.ExitCode, actual.Signal));
    }

    [Fact]
    public async Task Daemon_killed_while_it_idles()
    {
        await using TestServiceClient real = await _fixture.ConnectAsync();
        await Signals.KillAsync(real.Daemon.ProcessId);
        Assert.Equal(3, await real.AddAsync(1, 2).InTime());

        await using TestServiceClient client = await _daemon.ConnectAsync();
        _daemon.Crash();
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());

        Assert.Equal(real.Daemon.Origin, client.Daemon.Origin);
    }

    [Fact]
    public async Task Busy_daemon()
    {
        await using TestServiceClient real = await _fixture.ConnectAsync();
        using var canceling = new CancellationTokenSource();
        Task call = real.HoldAsync(canceling.Token);
        await HoldsAsync(real);
        DaemonBusyException expected = await Assert.ThrowsAsync<DaemonBusyException>(() => real.CountAsync().InTime());
        canceling.Cancel();
        await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call.InTime());

        await using TestServiceClient client = await _daemon.ConnectAsync();
        await using DaemonOccupation occupation = await _daemon.OccupyAsync(nameof(ITestService.HoldAsync), "holding");
        DaemonBusyException actual = await Assert.ThrowsAsync<DaemonBusyException>(() => client.CountAsync().InTime());

        Assert.Equal(Told(expected), Told(actual));
        Assert.Equal((expected.Task?.Method, expected.Status.State, expected.Status.Message), (actual.Task?.Method, actual.Status.State, actual.Status.Message));
    }

    [Fact]
    public async Task Task_ended_by_force()
    {
        DaemonClientOptions options = _fixture.ClientOptions(DaemonLaunch.Executable(Daemons.ProgramPath, "--grace", "50"));
        await using TestServiceClient real = await TestServiceClient.ConnectAsync(options).InTime();
        DaemonTaskCanceledException expected = await ForcedAsync(real, static (client, token) => client.DefyAsync("spin", "", token), HoldsNot);

        await using TestServiceClient client = await _daemon.ConnectAsync();
        using CallFault hang = _daemon.HangNext();
        DaemonTaskCanceledException actual = await ForcedAsync(client, static (client, token) => client.DefyAsync("spin", "", token), _ => hang.Reached.InTime());

        Assert.Equal(Told(expected), Told(actual));
        Assert.Equal((expected.Outcome, expected.CanceledBy), (actual.Outcome, actual.CanceledBy));

        static async Task HoldsNot(TestServiceClient client) => await client.UntilAsync(static status => status.Task is not null);
    }

    [Fact]
    public async Task Stream_of_a_daemon_that_dies()
    {
        await using TestServiceClient real = await _fixture.ConnectAsync();
        DaemonDisconnectedException expected = await DiesAsync(real, client => Signals.Send(client.Daemon.ProcessId, Kill));

        await using TestServiceClient client = await _daemon.ConnectAsync();
        _daemon.CrashNext(CallPoint.AfterItems(1));
        DaemonDisconnectedException actual = await DiesAsync(client, static _ => { });

        Assert.Equal(Told(expected), Told(actual));
        Assert.Equal((expected.MayHaveRun, expected.Signal), (actual.MayHaveRun, actual.Signal));
    }

    [Fact]
    public async Task Daemon_that_does_not_start()
    {
        DaemonClientOptions options = _fixture.ClientOptions(DaemonLaunch.Executable("/bin/sh", "-c", "echo broken >&2; exit 3"));
        DaemonStartException expected = await Assert.ThrowsAsync<DaemonStartException>(() => TestServiceClient.ConnectAsync(options).InTime());

        _daemon.FailNextStart(3, "broken");
        DaemonStartException actual = await Assert.ThrowsAsync<DaemonStartException>(() => _daemon.ConnectAsync());

        Assert.Equal(Told(expected), Told(actual));
        Assert.Equal((expected.ExitCode, expected.Signal, string.Join('\n', expected.LastLines)), (actual.ExitCode, actual.Signal, string.Join('\n', actual.LastLines)));
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    private static Task HoldsAsync(TestServiceClient client) => client.UntilAsync(static status => status.Message == "holding");

    private static async Task<DaemonTaskCanceledException> ForcedAsync(
        TestServiceClient client, Func<TestServiceClient, CancellationToken, Task> call, Func<TestServiceClient, Task> runs)
    {
        using var canceling = new CancellationTokenSource();
        Task running = call(client, canceling.Token);
        await runs(client);
        canceling.Cancel();
        return await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => running.InTime());
    }

    private static async Task<DaemonDisconnectedException> DiesAsync(TestServiceClient client, Action<TestServiceClient> afterFirst) =>
        await Assert.ThrowsAsync<DaemonDisconnectedException>(async () =>
        {
            bool isFirst = true;
            await foreach (int _ in client.NumbersAsync(int.MaxValue))
            {
                if (isFirst)
                {
                    afterFirst(client);
                    isFirst = false;
                }
            }
        }).InTime();

    /// <summary>The message without what must differ: numbers, paths, times, and the lines of a log.</summary>
    private static string Told(Exception exception)
    {
        string text = exception.Message.Split(" The last lines of its log")[0].Split(" It wrote nothing")[0];
        return $"{exception.GetType().Name}: {Numbers().Replace(Clock().Replace(text, "T"), "#")}".ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\d+:\d+(:\d+)?( [AP]M)?")]
    private static partial Regex Clock();

    [GeneratedRegex(@"process,? '?\d+")]
    private static partial Regex Numbers();
}
