using System.Globalization;
using System.Net.Sockets;

namespace DaemonRpc.Process.Tests.Controlling;

/// <summary>A task that is ended by force: the daemon becomes its own successor, in the same process.</summary>
public sealed class HandOverTests : SandboxTests
{
    [Theory]
    [InlineData("spin")]
    [InlineData("native")]
    [InlineData("locks")]
    [InlineData("swallow")]
    [InlineData("threads")]
    public async Task Task_that_defies_is_ended_and_everybody_is_told(string how)
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200");
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        int processId = client.Daemon.ProcessId;

        await ForceAsync(client, log, how);

        DaemonStatus busy = await log.WhenAsync(status => status.Message == "spinning");
        DaemonStatus leaving = await log.WhenAfterAsync(status => status.Message == "spinning", status => status.State == DaemonState.Stopping);
        Assert.Contains("is ended by force", leaving.Message, StringComparison.Ordinal);
        Assert.Null(leaving.LastCanceled);
        DaemonStatus ready = await log.WhenAfterAsync(status => status.Message == "spinning", status => status.State == DaemonState.Ready);
        Assert.Equal(
            (busy.Task!.Id, "DefyAsync", CancelOutcome.Forced, Environment.ProcessId),
            (ready.LastCanceled!.Id, ready.LastCanceled.Method, ready.LastCanceled.Outcome, ready.LastCanceled.CanceledBy));
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(processId, client.Daemon.ProcessId);
        Assert.Equal(
            [(DaemonJournalEvent.Started, processId), (DaemonJournalEvent.Forced, processId), (DaemonJournalEvent.TookOver, processId)],
            (await client.Daemon.ReadJournalAsync().InTime()).Select(entry => (entry.Event, entry.ProcessId)));
    }

    [Fact]
    public async Task Task_is_ended_by_force_many_times_in_a_row()
    {
        const int Rounds = 4;
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "50");
        int processId = client.Daemon.ProcessId;
        for (int round = 0; round < Rounds; round++)
        {
            await ForceAsync(client, await StatusLog.OfAsync(client.Daemon), "spin");
            Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        }

        Assert.Equal(processId, client.Daemon.ProcessId);
        Assert.Equal(Rounds + 1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task What_a_wrapper_has_set_for_the_daemon_is_there_for_the_successor_too()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.Launch = DaemonLaunch.Executable("/usr/bin/env", "WRAPPED=yes", TestProgram.Path, "--grace", "50");
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        Assert.Equal("yes", await client.VariableAsync("WRAPPED").InTime());

        await ForceAsync(client, await StatusLog.OfAsync(client.Daemon), "spin");

        Assert.Equal("yes", await client.VariableAsync("WRAPPED").InTime());
        Assert.Null(await client.VariableAsync("DAEMONRPC_LAUNCH").InTime());
    }

    [Fact]
    public async Task What_the_task_has_started_is_ended_and_reaped()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200");
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task defying = client.DefyAsync("children", Sandbox.Folder);
        _ = await log.WhenAsync(status => status.Message == "spinning");
        using WatchedProcess child = await OfAsync("child");
        using WatchedProcess grandchild = await OfAsync("grandchild");

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());

        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => defying.InTime());
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        await child.EndedAsync();
        await grandchild.EndedAsync();
        Assert.Empty(ProcessTable.Zombies(client.Daemon.ProcessId));
    }

    [Fact]
    public async Task Nobody_who_connects_meanwhile_is_refused()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "50");
        string path = Sandbox.SocketPath;
        using var enough = new CancellationTokenSource();
        Task<int> knocking = Task.Factory.StartNew(() => Knock(path, enough.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        for (int round = 0; round < 3; round++)
        {
            await ForceAsync(client, await StatusLog.OfAsync(client.Daemon), "swallow");
            Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        }

        await enough.CancelAsync();
        Assert.True(await knocking.InTime() > 0);
    }

    [Theory]
    [InlineData("rebuilt")]
    [InlineData("deleted")]
    public async Task Task_of_a_program_whose_files_have_changed_is_ended_too(string what)
    {
        var app = new InstalledProgram(Sandbox, "app");
        app.Install(TestProgram.Path);
        DaemonClientOptions options = Sandbox.Options("--grace", "200");
        options.Launch = DaemonLaunch.Executable(app.Path, "--grace", "200");
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        int processId = client.Daemon.ProcessId;
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task defying = client.DefyAsync("spin", Sandbox.Folder);
        _ = await log.WhenAsync(status => status.Message == "spinning");
        if (what == "rebuilt")
        {
            app.Install(TestProgram.Path);
        }
        else
        {
            Directory.Delete(Sandbox["app"], recursive: true);
        }

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());

        Assert.Equal(CancelOutcome.Forced, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => defying.InTime())).Outcome);
        if (what != "rebuilt")
        {
            // Not under the feet of one that is being started from it.
            app.Install(TestProgram.Path);
        }

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.NotEqual(processId, client.Daemon.ProcessId);

        // One that was started by its predecessor knows; one that had to be started by a client cannot.
        Assert.Equal(what == "rebuilt" ? CancelOutcome.Forced : null, (await client.Daemon.GetStatusAsync().InTime()).LastCanceled?.Outcome);
    }

    private async Task ForceAsync(TestServiceClient client, StatusLog log, string how)
    {
        Task defying = client.DefyAsync(how, Sandbox.Folder);
        DaemonStatus busy = await log.WhenAsync(status => status.Message == "spinning");

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync(busy.Task!.Id).InTime());

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => defying.InTime());
        Assert.Equal((CancelOutcome.Forced, Environment.ProcessId), (exception.Outcome, exception.CanceledBy));
    }

    private async Task<WatchedProcess> OfAsync(string file)
    {
        await FileChange.UntilAsync(Sandbox.Folder, () => File.Exists(Sandbox[file]) && File.ReadAllText(Sandbox[file]).EndsWith('\n'));
        return WatchedProcess.Of(int.Parse(await File.ReadAllTextAsync(Sandbox[file]), CultureInfo.InvariantCulture));
    }

    /// <summary>Connects and leaves, over and over. Throws when it is refused.</summary>
    private static int Knock(string path, CancellationToken enough)
    {
        int knocks = 0;
        for (; !enough.IsCancellationRequested; knocks++)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }

        return knocks;
    }
}
