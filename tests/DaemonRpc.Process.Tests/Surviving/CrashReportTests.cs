namespace DaemonRpc.Process.Tests.Surviving;

/// <summary>A daemon whose process ends in the middle of a call: what its caller is told.</summary>
public sealed class CrashReportTests : SandboxTests
{
    private const int Abort = 6;

    [Theory]
    [InlineData("exit", 7, null, "ended with exit code 7", null)]
    [InlineData("kill", null, LibC.Kill, "was ended by signal 9", null)]
    [InlineData("failfast", null, Abort, "was ended by signal 6", "I give up.")]
    [InlineData("background", null, Abort, "was ended by signal 6", "Nobody catches me.")]
    [InlineData("overflow", null, Abort, "was ended by signal 6", "Stack overflow")]
    public async Task Caller_is_told_how_the_process_ended_and_what_it_wrote_last(string how, int? exitCode, int? signal, string told, string? written)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        string first = $"(process {client.Daemon.ProcessId}, ";

        // A line reaches the file after whoever logs it has gone on. A process that is killed takes with it what waits.
        await Settling.UntilAsync(() => File.ReadAllText(client.Daemon.LogPath!).Contains(first, StringComparison.Ordinal), "The log has no line.");

        DaemonDisconnectedException exception = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.EndProcessAsync(how).InTime());

        Assert.Equal((exitCode, signal), (exception.ExitCode, exception.Signal));
        Assert.Contains($"Its process, {client.Daemon.ProcessId}, {told}.", exception.Message, StringComparison.Ordinal);
        Assert.True(exception.MayHaveRun);
        Assert.Equal(client.Daemon.LogPath, exception.LogPath);
        Assert.Contains(exception.LastLines, line => line.Contains(first, StringComparison.Ordinal));
        if (written is not null)
        {
            Assert.Contains(exception.LastLines, line => line.Contains(written, StringComparison.Ordinal));
            Assert.All(exception.LastLines, line => Assert.Contains(line, exception.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Caller_that_did_not_start_the_daemon_is_shown_the_log()
    {
        _ = await Sandbox.StartTool("connect").AnswerAsync();
        TestServiceClient client = await Sandbox.ConnectAsync();

        DaemonDisconnectedException exception = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.EndProcessAsync("failfast").InTime());

        Assert.Null(exception.ExitCode);
        Assert.Null(exception.Signal);
        Assert.Contains("may have crashed or been killed", exception.Message, StringComparison.Ordinal);
        Assert.Contains(exception.LastLines, line => line.Contains("I give up.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_handler_throws_is_in_the_log_with_its_stack_and_without_arguments()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        _ = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.ThrowAsync("A telling text.").InTime());

        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Sandbox.Log.Any(line => line.Contains("InvalidDataException: A telling text.", StringComparison.Ordinal)));

        Assert.Contains(Sandbox.Log, line => line.Contains($" Error: ThrowAsync (", StringComparison.Ordinal) && line.Contains($"called by process {Environment.ProcessId}, failed.", StringComparison.Ordinal));
        Assert.Contains(Sandbox.Log, line => line.Contains("at DaemonRpc.TestDaemon.TestService.ThrowAsync", StringComparison.Ordinal));
        _ = await client.AddAsync(1, 2).InTime();
        Assert.DoesNotContain(Sandbox.Log, line => line.Contains("AddAsync", StringComparison.Ordinal));
    }
}
