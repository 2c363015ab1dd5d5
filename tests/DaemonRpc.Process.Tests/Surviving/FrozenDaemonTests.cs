using System.Diagnostics;

namespace DaemonRpc.Process.Tests.Surviving;

public sealed class FrozenDaemonTests : SandboxTests
{
    [Fact]
    public async Task Frozen_daemon_can_be_stopped_and_its_journal_read_without_a_handle()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        await daemon.FreezeAsync();

        await DaemonControl.StopAsync(DaemonSandbox.Id, force: true, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();

        Assert.True(daemon.HasEnded);
        IReadOnlyList<DaemonJournalEntry> journal = await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();
        Assert.Equal(
            [(DaemonJournalEvent.Started, daemon.Id, Environment.ProcessId), (DaemonJournalEvent.Vanished, daemon.Id, Environment.ProcessId)],
            journal.Select(entry => (entry.Event, entry.ProcessId, entry.ByProcessId)));
        Assert.Equal($"Process {Environment.ProcessId} killed it, as it was to be stopped by force and did not answer.", journal[1].Reason);
    }

    [Fact]
    public async Task Frozen_daemon_is_ended_by_a_forced_stop()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        await daemon.FreezeAsync();

        await client.Daemon.StopAsync(force: true).InTime();

        Assert.True(daemon.HasEnded);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.NotEqual(daemon.Id, client.Daemon.ProcessId);
    }

    [Fact]
    public async Task Call_and_its_cancellation_are_not_waited_for_when_the_daemon_freezes()
    {
        _ = await Sandbox.ConnectAsync("--grace", "60000");
        TestServiceClient client = await Sandbox.ConnectAsync(Impatient());
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        using var cancellation = new CancellationTokenSource();
        Task calling = client.DefyAsync("swallow", Sandbox.Folder, cancellation.Token);
        _ = await client.Daemon.WhenAsync(status => status.Message == "spinning");
        Task<CancelOutcome> cancelling = client.Daemon.CancelAsync();
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Sandbox.Log.Any(line => line.Contains("Cancelling DefyAsync", StringComparison.Ordinal)));
        await daemon.FreezeAsync();
        await cancellation.CancelAsync();

        DaemonUnresponsiveException[] answers = await Task.WhenAll(new[] { cancelling, calling }.Select(
            waiting => Assert.ThrowsAsync<DaemonUnresponsiveException>(() => waiting.InTime())));
        Assert.All(answers, answer => Assert.Contains($"process {daemon.Id}", answer.Message, StringComparison.Ordinal));
        daemon.Signal(LibC.Continue);
        await client.Daemon.StopAsync(force: true).InTime();
    }

    [Fact]
    public async Task Frozen_daemon_is_named_to_everybody_and_never_joined_by_a_second()
    {
        _ = await Sandbox.ConnectAsync();
        TestServiceClient client = await Sandbox.ConnectAsync(Impatient());
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        await daemon.FreezeAsync();

        Func<Task>[] questions =
        [
            () => Sandbox.ConnectAsync(Impatient()),
            () => client.Daemon.GetStatusAsync(),
            () => client.Daemon.WatchStatusAsync().FirstAsync().AsTask(),
            () => client.Daemon.CancelAsync(),
            () => client.Daemon.StopAsync(),
        ];
        DaemonUnresponsiveException[] answers =
            await Task.WhenAll(questions.Select(ask => Assert.ThrowsAsync<DaemonUnresponsiveException>(() => ask().InTime())));

        Assert.All(answers, answer =>
        {
            Assert.Contains($"process {daemon.Id}", answer.Message, StringComparison.Ordinal);
            Assert.Contains("is alive", answer.Message, StringComparison.Ordinal);
            Assert.Contains($"Look at its log, {client.Daemon.LogPath}, or end it.", answer.Message, StringComparison.Ordinal);
        });
        daemon.Signal(LibC.Continue);
        Assert.Equal(daemon.Id, (await (await Sandbox.ConnectAsync()).DescribeAsync().InTime()).ProcessId);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Clients_that_come_to_a_frozen_daemon_in_a_crowd_are_served_by_it_when_it_goes_on()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        await daemon.FreezeAsync();
        ToolProcess[] tools = [.. Enumerable.Range(0, 8).Select(_ => Sandbox.StartTool("pid", "--wait"))];
        Task<int> adding = client.AddAsync(1, 2);

        daemon.Signal(LibC.Continue);

        Assert.Equal(3, await adding.InTime());
        string[] answers = await Task.WhenAll(tools.Select(tool => tool.AnswerAsync()));
        Assert.All(answers, answer => Assert.StartsWith($"{daemon.Id} Reused", answer, StringComparison.Ordinal));
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Frozen_daemons_keep_the_list_waiting_once_however_many_they_are()
    {
        TestServiceClient lives = await Sandbox.ConnectAsync();
        List<WatchedProcess> frozen = [];
        foreach (string instance in (string[])["one", "two", "three"])
        {
            DaemonClientOptions options = Sandbox.Options();
            options.Instance = instance;
            frozen.Add(WatchedProcess.Of((await Sandbox.ConnectAsync(options)).Daemon.ProcessId));
            await frozen[^1].FreezeAsync();
        }

        var timeout = TimeSpan.FromSeconds(3);
        var time = Stopwatch.StartNew();
        IReadOnlyList<DaemonHandle> found = await DaemonControl.ListAsync(Sandbox.RuntimeDirectory, timeout, CancellationToken.None).InTime();

        // One after another they would take as long as that.
        Assert.InRange(time.Elapsed, TimeSpan.Zero, 3 * timeout);
        Assert.Equal(lives.Daemon.ProcessId, Assert.Single(found).ProcessId);
        frozen.ForEach(static daemon => daemon.Signal(LibC.Continue));
        Assert.Equal(4, (await DaemonControl.ListAsync(Sandbox.RuntimeDirectory).InTime()).Count);
        frozen.ForEach(static daemon => daemon.Dispose());
    }

    private DaemonClientOptions Impatient()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.StartTimeout = TimeSpan.FromSeconds(4);
        return options;
    }
}
