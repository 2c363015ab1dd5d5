namespace DaemonRpc.Process.Tests.Controlling;

/// <summary>Whatever the handler does to its process, the daemon lets clients in and answers them.</summary>
/// <remarks>
/// 50 ms is what is promised. The machines that run these tests are often busy with others, so half of the tries must keep
/// it, and each of them two seconds: what waits for a thread of the pool, or for a processor to be left alone, takes longer. Where
/// a daemon beside it, which does nothing, takes as long itself, it is the machine that is slow: that one is asked in turn with it.
/// </remarks>
[Collection(Alone.Name)]
public sealed class ControlPlaneTests : SandboxTests
{
    private const int Tries = 20;

    private static readonly TimeSpan s_promised = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(2);
    private static readonly byte[] s_status = RawConnection.Frame(RawConnection.StatusQuery, 1);
    private static readonly byte[] s_watch = RawConnection.Frame(RawConnection.StatusQuery, 1, 1);
    private static readonly byte[] s_cancel = RawConnection.Frame(RawConnection.CancelTask, 1);
    private static readonly byte[] s_cancelNobodys = RawConnection.Frame(RawConnection.CancelTask, 1, [.. RawConnection.Field(1, 4711), .. RawConnection.Field(2, 4711)]);
    private static readonly byte[] s_stop = RawConnection.Frame(RawConnection.Stop, 1, 0);

    [Theory]
    [InlineData("pool")]
    [InlineData("processors")]
    [InlineData("memory")]
    public async Task Status_watch_cancel_and_stop_are_answered_whatever_the_handler_takes(string load)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Task occupying = await OccupyAsync(client, load);
        string path = Sandbox.SocketPath;
        await using var beside = new DaemonSandbox();
        _ = await beside.ConnectAsync();
        string idle = beside.SocketPath;

        await AssertPromptAsync("status", path, s_status, RawConnection.Status, idle);
        await AssertPromptAsync("watch", path, s_watch, RawConnection.Status, idle);
        await AssertPromptAsync("cancel of another task", path, s_cancelNobodys, RawConnection.CancelReply, idle);
        await AssertPromptAsync("stop", path, s_stop, RawConnection.StopReply, idle);

        Assert.Equal(DaemonState.Stopping, (await client.Daemon.GetStatusAsync().InTime()).State);
        using WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId);
        Assert.Equal(CancelOutcome.Stopped, await client.Daemon.CancelAsync().InTime());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => occupying.InTime());
        await process.EndedAsync();
    }

    [Theory]
    [InlineData("pool")]
    [InlineData("processors")]
    [InlineData("memory")]
    public async Task Handler_that_heeds_its_token_is_cancelled_at_once_whatever_it_takes(string load)
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "60000");
        string path = Sandbox.SocketPath;
        await using var beside = new DaemonSandbox();
        _ = await beside.ConnectAsync();
        string idle = beside.SocketPath;
        var all = new TimeSpan[Tries];
        var compared = new TimeSpan[Tries];
        for (int number = 0; number < Tries; number++)
        {
            Task occupying = await OccupyAsync(client, load);
            compared[number] = await AnswerTime.OfAsync(idle, s_status, RawConnection.Status);
            all[number] = await AnswerTime.OfAsync(path, s_cancel, RawConnection.CancelReply);
            DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => occupying.InTime());
            Assert.Equal(CancelOutcome.Stopped, exception.Outcome);
        }

        AssertPrompt("cancel", all, compared);
    }

    [Fact]
    public async Task Daemon_whose_pool_was_left_blocked_can_be_stopped()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        await client.LeavePoolBlockedAsync().InTime();
        using WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId);

        await client.Daemon.StopAsync().InTime();

        await process.EndedAsync();
        Assert.Contains("The test service was disposed.", Sandbox.Log);
    }

    [Fact]
    public async Task Daemon_whose_pool_was_left_blocked_leaves_when_idle()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--idle", "1000");
        Task leaving = client.LeavePoolBlockedAsync();
        using WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId);
        await leaving.InTime();

        await process.EndedAsync();

        Assert.Contains("The test service was disposed.", Sandbox.Log);
    }

    [Fact]
    public async Task Task_whose_pool_is_blocked_hears_that_the_daemon_is_to_leave()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Task waiting = client.WaitForStoppingAsync();
        _ = await client.Daemon.WhenAsync(status => status.Message == "waiting");

        await client.Daemon.StopAsync().InTime();

        await waiting.InTime();
    }

    private static async Task<Task> OccupyAsync(TestServiceClient client, string load)
    {
        Task occupying = client.OccupyAsync(load);
        _ = await client.Daemon.WhenAsync(status => status.Message == "occupied");
        return occupying;
    }

    private static async Task AssertPromptAsync(string question, string path, byte[] frame, byte answer, string idle)
    {
        var all = new TimeSpan[Tries];
        var compared = new TimeSpan[Tries];
        for (int number = 0; number < Tries; number++)
        {
            compared[number] = await AnswerTime.OfAsync(idle, s_status, RawConnection.Status);
            all[number] = await AnswerTime.OfAsync(path, frame, answer);
        }

        AssertPrompt(question, all, compared);
    }

    private static void AssertPrompt(string question, TimeSpan[] all, TimeSpan[] compared)
    {
        TimeSpan middle = Middle(all);
        TimeSpan most = all.Max();
        string times = $"{question}: half within {middle.TotalMilliseconds:0.0} ms, all within {most.TotalMilliseconds:0.0} ms; beside it half within {Middle(compared).TotalMilliseconds:0.0} ms";
        TestContext.Current.TestOutputHelper?.WriteLine(times);
        Assert.True((middle <= s_promised || middle <= 2 * Middle(compared)) && most <= s_most, times);
    }

    private static TimeSpan Middle(TimeSpan[] times) => times.Order().ElementAt(times.Length / 2);
}
