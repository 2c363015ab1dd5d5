using System.Globalization;

namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>Where the system gives few threads, as in a container, a daemon serves everybody with those it has, and a client says what is missing.</summary>
/// <remarks>
/// Other tests run as root, whom the kernel gives as many as it wants. These run daemon and clients as a user whose number of
/// threads is limited for the one or the other, while that user's other processes have more of them than the limit allows.
/// </remarks>
public sealed class ThreadLimitTests : SandboxTests
{
    private const int Many = 120;
    private const int Enough = 1000;

    private OtherUser User
    {
        get
        {
            if (field is null)
            {
                field = OtherUser.In(Sandbox);
                _ = field.MakeFolder(Sandbox.RuntimeDirectory);
            }

            return field;
        }
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    public async Task More_clients_than_threads_are_all_served(int limit)
    {
        string daemon = await LimitedDaemonAsync(limit);

        ToolProcess crowd = await CrowdAsync(daemon);

        // Those who are in are served again, and so is who comes then.
        await crowd.SayAsync("again");
        await FileOfServedAsync(crowd, daemon, times: 2);
        Assert.Equal("3", await User.StartTool("add", "1", "2", "--no-launch").AnswerAsync());
    }

    /// <remarks>It lay in the daemon until there was a thread to send it, which there may never be. The stress run met it on a machine under load.</remarks>
    [Fact]
    public async Task Answer_that_is_longer_than_a_socket_holds_arrives_without_a_thread_to_send_it()
    {
        string daemon = await LimitedDaemonAsync(60);
        _ = await CrowdAsync(daemon);

        Assert.Equal("5000000", await User.StartTool("echo", "5000000", "--no-launch").AnswerAsync());
    }

    /// <remarks>The handler waits on the thread that read its request, and what it waits for must be read by another.</remarks>
    [Fact]
    public async Task Progress_beyond_what_is_sent_unasked_arrives_without_a_thread_to_spare()
    {
        string daemon = await LimitedDaemonAsync(60);
        _ = await CrowdAsync(daemon);

        Assert.Equal("2000 2000", await User.StartTool("count", "2000", "--no-launch").AnswerAsync());
    }

    /// <remarks>.NET starts the thread of its sockets in a static constructor: refused once, it was refused to every later call too.</remarks>
    [Fact]
    public async Task Stream_is_received_without_a_thread_to_spare()
    {
        string daemon = await LimitedDaemonAsync(60);
        _ = await CrowdAsync(daemon);

        Assert.Equal("1000000", await User.StartTool("copy", "1000000", "--no-launch").AnswerAsync());
    }

    [Fact]
    public async Task Daemon_without_a_thread_to_spare_tells_its_status_cancels_and_stops()
    {
        string daemon = await LimitedDaemonAsync(60);
        _ = await CrowdAsync(daemon);
        ToolProcess watch = User.StartTool("watch", "--no-launch");
        ToolProcess holder = User.StartTool("hold", "--no-launch");
        _ = await watch.LineAsync("Busy holding");

        Assert.Equal("Busy holding", await User.StartTool("status", "--no-launch").AnswerAsync());
        Assert.Equal("Stopped", await User.StartTool("cancel", "--no-launch").AnswerAsync());
        Assert.StartsWith("canceled Stopped ", await holder.AnswerAsync(exitCode: 3), StringComparison.Ordinal);
        Assert.Equal("stopped", await User.StartTool("stop", "--no-launch").AnswerAsync());
        _ = await watch.LineAsync("the watch ended");
        using WatchedProcess? process = WatchedProcess.TryOpen(int.Parse(daemon, CultureInfo.InvariantCulture));
        await (process?.EndedAsync() ?? Task.CompletedTask);
    }

    /// <remarks>
    /// The pool looks twice a second whether it needs another worker, and ended the process when it got none. Other tests had a daemon that
    /// had been refused a thread before, and knew of the limit by that.
    /// </remarks>
    [Fact]
    public async Task Handler_that_blocks_the_pool_where_it_can_have_no_more_workers_does_not_end_the_daemon()
    {
        ThreadGroup? group = Sandbox.LimitThreads(100);
        Assert.SkipWhen(group is null, "No control group with a limit of threads can be made here.");
        TestServiceClient client = await Sandbox.ConnectAsync("--group", group.Path);
        Task occupied = client.OccupyAsync("pool", TestContext.Current.CancellationToken);
        await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync(TestContext.Current.CancellationToken))
        {
            if (status.Message == "occupied")
            {
                break;
            }
        }

        group.Exhaust();
        Assert.Empty(await Settling.ComplaintsAsync(() => group.Refused >= 3 ? [] : [$"A thread was refused {group.Refused} times."]));

        Assert.Equal(CancelOutcome.Stopped, await client.Daemon.CancelAsync(TestContext.Current.CancellationToken).InTime());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => occupied.InTime());
        int process = client.Daemon.ProcessId;
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(process, client.Daemon.ProcessId);
    }

    [Fact]
    public async Task Task_that_never_ends_is_ended_though_there_is_no_thread_to_spare()
    {
        string daemon = await LimitedDaemonAsync(60);
        _ = await CrowdAsync(daemon);
        ToolProcess spinner = User.StartTool("spin", "--no-launch");
        _ = await User.StartTool("watch", "--no-launch").LineAsync("Busy spinning");

        Assert.Equal("Forced", await User.StartTool("cancel", "--no-launch").AnswerAsync());
        Assert.StartsWith("canceled Forced ", await spinner.AnswerAsync(exitCode: 3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_that_cannot_have_its_threads_says_so_instead_of_serving()
    {
        string answer = await User.StartTool("attempt", "--daemon", "--start", "threadless").AnswerAsync(exitCode: 3);

        Assert.StartsWith("DaemonStartException: ", answer, StringComparison.Ordinal);
        Assert.Contains("could not start a thread", answer, StringComparison.Ordinal);
        Assert.Contains("(ulimit -u, RLIMIT_NPROC) 1;", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_that_gets_no_thread_is_told_of_the_limit_and_goes_on_when_there_are_some()
    {
        string daemon = await LimitedDaemonAsync(Enough);
        ToolProcess client = User.StartTool("rounds", "--no-launch");
        _ = await client.LineAsync("waiting");
        await LimitAsync(client, 1);

        await client.SayAsync("1");

        string answer = await client.LineAsync(line => line.StartsWith("round 1: ", StringComparison.Ordinal));
        Assert.StartsWith("round 1: DaemonException ", answer, StringComparison.Ordinal);
        Assert.Contains("(ulimit -u, RLIMIT_NPROC) 1;", answer, StringComparison.Ordinal);
        await LimitAsync(client, Enough);
        await client.SayAsync("2");
        Assert.Equal($"round 2: {daemon} Reused", await client.LineAsync(line => line.StartsWith("round 2: ", StringComparison.Ordinal)));
    }

    /// <summary>A daemon has the limits of who starts it. Returns its process.</summary>
    private async Task<string> LimitedDaemonAsync(int limit) => (await User.StartLimitedTool(limit, "connect").AnswerAsync()).Split(' ')[1];

    /// <summary>Clients with more threads than the daemon's user may have, as far as the daemon is concerned.</summary>
    private async Task<ToolProcess> CrowdAsync(string daemon)
    {
        ToolProcess crowd = User.StartTool("crowd", Many.ToString(CultureInfo.InvariantCulture), "--no-launch");
        await FileOfServedAsync(crowd, daemon, times: 1);
        return crowd;
    }

    private static async Task FileOfServedAsync(ToolProcess crowd, string daemon, int times)
    {
        string line = $"served {Many} by {daemon}";
        _ = await crowd.LineAsync(_ => crowd.Lines.Count(written => written == line) >= times);
    }

    private async Task LimitAsync(ToolProcess tool, int threads) =>
        _ = await User.StartShell(string.Create(CultureInfo.InvariantCulture, $"prlimit --pid={tool.Id} --nproc={threads}:")).EndedAsync();
}
