namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>Something else in the place of a daemon's own files, as somebody may have put it there.</summary>
public sealed class OddFilesTests : SandboxTests
{
    [Fact]
    public async Task Pipe_in_the_place_of_the_log_keeps_nobody_waiting_and_is_named()
    {
        string log = await PathOfAsync(".log");
        File.Delete(log);
        _ = await Sandbox.Start("mkfifo", log).EndedAsync();

        DaemonStartException exception = await Assert.ThrowsAsync<DaemonStartException>(() => Sandbox.ConnectAsync().InTime());

        Assert.Contains($"'{log}', which is to be the daemon's log, is no file. Remove it.", exception.Message, StringComparison.Ordinal);
        File.Delete(log);
        Assert.Equal(3, await (await Sandbox.ConnectAsync()).AddAsync(1, 2).InTime());
    }

    [Theory]
    [InlineData("mkfifo")]
    [InlineData("mkdir")]
    public async Task What_is_no_journal_in_its_place_keeps_no_daemon_from_serving(string make)
    {
        string journal = await PathOfAsync(".journal");
        File.Delete(journal);
        _ = await Sandbox.Start(make, journal).EndedAsync();

        Assert.Equal(3, await (await Sandbox.ConnectAsync()).AddAsync(1, 2).InTime());

        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Sandbox.Log.Any(line => line.Contains($"The journal '{journal}' could not be written", StringComparison.Ordinal)));
        _ = await Sandbox.Start("rm", "-r", journal).EndedAsync();
    }

    /// <summary>A daemon was there, and has gone.</summary>
    private async Task<string> PathOfAsync(string extension)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        await client.Daemon.StopAsync().InTime();
        return Path.ChangeExtension(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.life").Single(), extension);
    }
}
