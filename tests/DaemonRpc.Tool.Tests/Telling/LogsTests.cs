namespace DaemonRpc.Tool.Tests.Telling;

public sealed class LogsTests : SandboxTests
{
    private const int LinesBeyondTheLimit = 50_000;

    [Fact]
    public async Task Log_is_shown_as_it_is_also_after_the_daemon_has_ended()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        await client.PrintAsync(0, 3).InTime();
        string[] log = await File.ReadAllLinesAsync(client.Daemon.LogPath!);

        Assert.Equal(log, await Sandbox.DaemonRpcAsync(0, "logs", DaemonSandbox.Id));
        Assert.Equal(log[^2..], await Sandbox.DaemonRpcAsync(0, "logs", DaemonSandbox.Id, "-n", "2"));

        await client.Daemon.StopAsync().InTime();

        IReadOnlyList<string> after = await Sandbox.DaemonRpcAsync(0, "logs", DaemonSandbox.Id);
        Assert.Equal(log, after.Take(log.Length));
        Assert.Contains("has stopped", after[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_of_a_frozen_daemon_is_shown()
    {
        using WatchedProcess frozen = await Sandbox.FrozenAsync();

        Assert.Contains($"(process {frozen.Id}, ", Assert.Single(await Sandbox.DaemonRpcAsync(0, "logs", DaemonSandbox.Id, "--timeout", "0.2")), StringComparison.Ordinal);
        frozen.Signal(LibC.Continue);
    }

    [Fact]
    public async Task Following_goes_on_with_the_successor()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        int first = client.Daemon.ProcessId;
        ToolProcess logs = Sandbox.StartDaemonRpc("logs", DaemonSandbox.Id, "--follow");
        _ = await logs.LineAsync(line => line.Contains($"(process {first}, ", StringComparison.Ordinal));

        await client.Daemon.StopAsync().InTime();
        _ = await client.AddAsync(1, 2).InTime();
        _ = await logs.LineAsync(line => line.Contains($"(process {client.Daemon.ProcessId}, ", StringComparison.Ordinal));

        Assert.Equal(1, logs.Lines.Count(line => line.EndsWith("has stopped.", StringComparison.Ordinal)));
        Assert.Equal(2, logs.Lines.Count(line => line.Contains(" serves at ", StringComparison.Ordinal)));
        logs.Signal(LibC.Interrupt);
        _ = await logs.EndedAsync();
    }

    [Fact]
    public async Task Following_loses_nothing_when_a_full_log_is_emptied()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        ToolProcess logs = Sandbox.StartDaemonRpc("logs", DaemonSandbox.Id, "--follow");
        _ = await logs.LineAsync(line => line.Contains(" serves at ", StringComparison.Ordinal));

        await client.PrintAsync(0, LinesBeyondTheLimit).InTime();
        _ = await logs.LineAsync(line => line.Contains("and was emptied", StringComparison.Ordinal));
        await client.PrintAsync(LinesBeyondTheLimit, 1).InTime();
        _ = await logs.LineAsync(line => Number(line) == LinesBeyondTheLimit);

        Assert.Equal(Enumerable.Range(0, LinesBeyondTheLimit + 1), logs.Lines.Select(Number).OfType<int>());
        logs.Signal(LibC.Interrupt);
        _ = await logs.EndedAsync();
    }

    [Fact]
    public async Task Nobody_reads_on_and_following_ends()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        ToolProcess shell = Sandbox.StartInShell("\"$TOOL\" logs \"$ID\" -f | head -n 1; echo over");
        _ = await shell.LineAsync(line => line.Contains(" serves at ", StringComparison.Ordinal));

        // The next bytes find that nobody reads.
        await client.PrintAsync(0, 1).InTime();

        _ = await shell.LineAsync("over");
        _ = await shell.EndedAsync();
    }

    [Fact]
    public async Task Daemon_that_never_ran_has_no_log() => _ = await Sandbox.DaemonRpcAsync(1, "logs", "com.acme.nobody");

    private static int? Number(string line) => int.TryParse(line.Split(' ')[0], out int number) ? number : null;
}
