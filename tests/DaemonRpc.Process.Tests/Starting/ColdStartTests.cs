namespace DaemonRpc.Process.Tests.Starting;

public sealed class ColdStartTests : SandboxTests
{
    [Fact]
    public async Task Client_whose_working_directory_was_deleted_gets_its_daemon()
    {
        ToolProcess tool = Sandbox.Start("/bin/sh", "-c", "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" connect", TestProgram.Path);

        Assert.EndsWith(" Started", await tool.AnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task First_client_starts_the_daemon_and_the_second_reuses_it()
    {
        TestServiceClient first = await Sandbox.ConnectAsync();
        TestServiceClient second = await Sandbox.ConnectAsync();

        Assert.Equal(DaemonOrigin.Started, first.Daemon.Origin);
        Assert.Equal(DaemonOrigin.Reused, second.Daemon.Origin);
        Assert.Equal(first.Daemon.ProcessId, second.Daemon.ProcessId);
        Assert.Equal(first.Daemon.ProcessId, (await second.DescribeAsync().InTime()).ProcessId);
        Assert.NotEqual(Environment.ProcessId, first.Daemon.ProcessId);
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Program_starts_itself_as_its_daemon()
    {
        string started = await Sandbox.StartTool("pid").AnswerAsync();
        string reused = await Sandbox.StartTool("pid").AnswerAsync();

        Assert.Equal("Started", started.Split(' ')[1]);
        Assert.Equal(started.Replace("Started", "Reused", StringComparison.Ordinal), reused);
    }

    [Fact]
    public async Task Sixteen_client_processes_at_once_start_one_daemon()
    {
        ToolProcess[] tools = [.. Enumerable.Range(0, 16).Select(_ => Sandbox.StartTool("pid", "--wait"))];

        string[] answers = await Task.WhenAll(tools.Select(tool => tool.AnswerAsync()));

        _ = Assert.Single(answers.Select(answer => answer.Split(' ')[0]).Distinct());
        _ = Assert.Single(answers, answer => answer.Contains("Started", StringComparison.Ordinal));
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Sixteen_clients_of_one_process_start_one_daemon()
    {
        TestServiceClient[] clients = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Sandbox.ConnectAsync())).InTime();

        _ = Assert.Single(clients.Select(client => client.Daemon.ProcessId).Distinct());
        _ = Assert.Single(clients, client => client.Daemon.Origin == DaemonOrigin.Started);
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Stopping_and_starting_over_and_over_makes_one_daemon_at_a_time()
    {
        for (int round = 0; round < 10; round++)
        {
            TestServiceClient[] clients = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Sandbox.ConnectAsync())).InTime();

            _ = Assert.Single(clients.Select(client => client.Daemon.ProcessId).Distinct());
            _ = Assert.Single(clients, client => client.Daemon.Origin == DaemonOrigin.Started);
            await clients[0].Daemon.StopAsync(force: round % 2 == 0).InTime();
        }
    }

    [Fact]
    public async Task Client_that_may_not_launch_is_told_that_none_runs()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.Launch = DaemonLaunch.None;

        DaemonStartException exception = await Assert.ThrowsAsync<DaemonStartException>(() => Sandbox.ConnectAsync(options));

        Assert.Contains(DaemonSandbox.Id, exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Sandbox.RuntimeDirectory));
    }

    [Fact]
    public async Task Client_that_may_not_launch_uses_the_daemon_that_runs()
    {
        TestServiceClient starter = await Sandbox.ConnectAsync();
        DaemonClientOptions options = Sandbox.Options();
        options.Launch = DaemonLaunch.None;

        TestServiceClient client = await Sandbox.ConnectAsync(options);

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(starter.Daemon.ProcessId, client.Daemon.ProcessId);
    }

    [Fact]
    public async Task Each_instance_has_a_daemon_of_its_own()
    {
        DaemonClientOptions left = Sandbox.Options();
        left.Instance = "left";
        DaemonClientOptions right = Sandbox.Options();
        right.Instance = "right";

        Description atLeft = await (await Sandbox.ConnectAsync(left)).DescribeAsync().InTime();
        Description atRight = await (await Sandbox.ConnectAsync(right)).DescribeAsync().InTime();

        Assert.NotEqual(atLeft.ProcessId, atRight.ProcessId);
        Assert.Equal("left", atLeft.Instance);
        Assert.Equal("right", atRight.Instance);
    }

    [Fact]
    public async Task Daemon_that_runs_in_the_foreground_serves_and_lets_no_second_one_in()
    {
        ToolProcess foreground = Sandbox.StartTool("serve");
        _ = await foreground.LineAsync(line => line.Contains(" serves at ", StringComparison.Ordinal));

        ToolProcess second = await Sandbox.StartTool("serve").EndedAsync(exitCode: 1);
        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.Contains($"process {foreground.Id}", Assert.Single(second.Lines), StringComparison.Ordinal);
        Assert.Equal(foreground.Id, client.Daemon.ProcessId);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        await client.Daemon.StopAsync().InTime();
        _ = await foreground.EndedAsync();
    }
}
