namespace DaemonRpc.Process.Tests.Calling;

/// <summary>Calls that come from within what a daemon is doing, by whatever way, and those that only seem to.</summary>
/// <remarks>Whoever is to be told at once would otherwise wait without limit, and the test with it.</remarks>
public sealed class ReentrancyTests : SandboxTests
{
    private const string Busy = "busy HoldUntilAsync Busy";

    [Fact]
    public async Task Handler_that_calls_its_own_daemon_is_told_at_once()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        DaemonRemoteException exception = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.CallItselfAsync(Sandbox.RuntimeDirectory).InTime());

        Assert.Equal(typeof(DaemonReentrancyException).FullName, exception.RemoteType);
        Assert.StartsWith("AddAsync was called from within the task CallItselfAsync", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Theory]
    [InlineData("""
        "$TOOL" add 1 2 --wait
        """)]
    [InlineData("""
        /bin/sh -c '/bin/sh -c '\''"$TOOL" add 1 2 --wait; true'\''; true'
        """)]
    [InlineData("""
        ("$TOOL" add 1 2 --wait &) | cat
        """)]
    public async Task Program_that_a_handler_started_is_told_at_once(string command)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        string answer = await RunAsync(client, command);

        Assert.StartsWith("reentrant AddAsync was called from within the task RunShellAsync", answer, StringComparison.Ordinal);
        Assert.Contains("by a program that was started there", answer, StringComparison.Ordinal);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Handler_that_calls_its_own_daemon_through_others_is_told_at_once()
    {
        TestServiceClient client = await ConnectAsync("a");

        string answer = await client.RelayAsync(Sandbox.RuntimeDirectory, ["b", "c", "a"]).InTime();

        Assert.StartsWith("reentrant RelayAsync was called from within the task RelayAsync", answer, StringComparison.Ordinal);
        Assert.Matches(@"by its own code which called another daemon \(task \S+\), which called another daemon \(task \S+\), which made the call\.", answer);
    }

    [Fact]
    public async Task Program_that_another_daemon_started_for_the_handler_is_told_at_once()
    {
        TestServiceClient client = await ConnectAsync("a");

        string answer = await client.RunShellThroughAsync(Sandbox.RuntimeDirectory, "b", Script("\"$TOOL\" add 1 2 --wait --instance a")).InTime();

        Assert.StartsWith("reentrant AddAsync was called from within the task RunShellThroughAsync", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_that_is_called_by_a_program_of_the_handler_and_calls_back_is_told_at_once()
    {
        TestServiceClient client = await ConnectAsync("a");

        string answer = await RunAsync(client, "\"$TOOL\" relay \"$DAEMONRPC_DIR\" a --instance b");

        Assert.StartsWith("reentrant RelayAsync was called from within the task RunShellAsync", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_to_other_daemons_are_served_whoever_makes_them()
    {
        TestServiceClient client = await ConnectAsync("a");

        Assert.Equal("arrived", await client.RelayAsync(Sandbox.RuntimeDirectory, ["b", "c", "d"]).InTime());
        Assert.Equal("arrived", await client.RelayAsync(Sandbox.RuntimeDirectory, ["c", "b"]).InTime());
        Assert.Equal("3", await RunAsync(client, "\"$TOOL\" add 1 2 --instance b"));
    }

    [Fact]
    public async Task Program_that_an_earlier_task_left_behind_is_a_busy_client_and_is_served_when_the_daemon_is_free()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        await LeaveAsync(client, "\"$TOOL\" add-when-told 1 2 <> told; \"$TOOL\" add-when-told 3 4 <> again");

        await WhileBusyAsync(client, async () =>
        {
            await TellAsync("told");
            await UntilLeftSaidAsync(Busy);
        });

        await TellAsync("again");
        await UntilLeftSaidAsync("7");
    }

    [Fact]
    public async Task What_a_program_starts_that_an_earlier_task_left_behind_is_a_busy_client()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        // The first program only takes its time: the kernel keeps starts to the hundredth of a second, and within that a
        // program counts as one of the task that began in it.
        await LeaveAsync(client, "\"$TOOL\" status; echo here; read line <> told; \"$TOOL\" add 1 2; true");

        await WhileBusyAsync(client, async () =>
        {
            await TellAsync("told");
            await UntilLeftSaidAsync(Busy);
        });
    }

    [Fact]
    public async Task Client_that_no_handler_started_is_busy()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        await WhileBusyAsync(client, async () => Assert.Equal(Busy, await Sandbox.StartTool("add", "1", "2").AnswerAsync(exitCode: 3)));
    }

    [Fact]
    public async Task Daemon_that_a_program_of_a_handler_launched_is_no_part_of_the_task()
    {
        TestServiceClient client = await ConnectAsync("a");
        string[] launched = (await RunAsync(client, "\"$TOOL\" pid --instance b")).Split(' ');
        int daemon = int.Parse(launched[0], System.Globalization.CultureInfo.InvariantCulture);

        TestServiceClient other = await ConnectAsync("b");
        string? own = await client.VariableAsync("DAEMONRPC_CALLS").InTime();
        string? others = await other.VariableAsync("DAEMONRPC_CALLS").InTime();

        Assert.Equal("Started", launched[1]);
        Assert.DoesNotContain("DAEMONRPC_CALLS", ProcessTable.EnvironmentOf(daemon), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{16}@[0-9]+$", own);
        Assert.Matches("^[0-9a-f]{16}@[0-9]+$", others);
        Assert.NotEqual(own, others);
    }

    private Task<TestServiceClient> ConnectAsync(string instance)
    {
        DaemonClientOptions options = Sandbox.Options();
        options.Instance = instance;
        return Sandbox.ConnectAsync(options);
    }

    private static string Script(string command) => $"TOOL='{TestProgram.Path}'; export TOOL; {command}";

    /// <summary>Lets the handler run a command and wait for it.</summary>
    private Task<string> RunAsync(TestServiceClient client, string command) => client.RunShellAsync(Sandbox.RuntimeDirectory, Script(command)).InTime();

    /// <summary>Lets the handler start a command that says "here" and goes on when the task has ended, in the sandbox's folder.</summary>
    private async Task LeaveAsync(TestServiceClient client, string command)
    {
        string left = Script($"cd '{Sandbox.Folder}'; mkfifo told again; ({command}) > left 2>&1 & echo left");
        await client.LeaveShellAsync(Sandbox.RuntimeDirectory, left).InTime();
        await UntilLeftSaidAsync("here");
    }

    private Task UntilLeftSaidAsync(string line) =>
        FileChange.UntilAsync(Sandbox.Folder, () => File.Exists(Sandbox["left"]) && File.ReadAllLines(Sandbox["left"]).Contains(line));

    private Task TellAsync(string name) => File.WriteAllTextAsync(Sandbox[name], "\n").InTime();

    /// <summary>Does something while a task of another client runs.</summary>
    private async Task WhileBusyAsync(TestServiceClient client, Func<Task> action)
    {
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await client.Daemon.WhenHoldingAsync();
        await action();
        await File.WriteAllTextAsync(Sandbox["free"], "");
        await holding.InTime();
    }
}
