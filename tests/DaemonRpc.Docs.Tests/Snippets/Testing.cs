namespace DaemonRpc.Docs.Tests.Snippets;

// <testing-class>
public sealed class WordsTests
{
    [Fact]
    public async Task Words_are_counted_once()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "one two two");
        await using WordsClient words = WordsClient.ConnectInProcess(context => new Words(context));

        Summary summary = await words.ReadAsync(file);

        Assert.Equal(new Summary(Words: 3, Different: 2), summary);
        File.Delete(file);
    }
}
// </testing-class>

/// <summary>docs/guides/testing.md.</summary>
public sealed class TestingSnippets
{
    // <testing-error>
    [Fact]
    public async Task Missing_file_is_reported()
    {
        await using WordsClient words = WordsClient.ConnectInProcess(context => new Words(context));

        DaemonRemoteException failure = await Assert.ThrowsAsync<DaemonRemoteException>(() => words.ReadAsync("/no/such/file"));

        Assert.Equal("System.IO.DirectoryNotFoundException", failure.RemoteType);
    }
    // </testing-error>

    // <testing-process>
    [Fact]
    public async Task Second_call_finds_the_daemon_warm()
    {
        string folder = Directory.CreateTempSubdirectory("words").FullName;
        File.WriteAllText(Path.Combine(folder, "text"), "one two two");
        var options = new DaemonClientOptions
        {
            RuntimeDirectory = Path.Combine(folder, "run"),
            Launch = DaemonLaunch.Executable(Path.Combine(AppContext.BaseDirectory, "words")),
        };

        await using (WordsClient first = await WordsClient.ConnectAsync(options))
        {
            await first.ReadAsync(Path.Combine(folder, "text"));
            Assert.Equal(DaemonOrigin.Started, first.Daemon.Origin);
        }

        await using WordsClient second = await WordsClient.ConnectAsync(options);
        Assert.Equal(["two"], await second.StartingWithAsync("tw").ToListAsync());
        Assert.Equal(DaemonOrigin.Reused, second.Daemon.Origin);

        await second.Daemon.StopAsync();
        Directory.Delete(folder, recursive: true);
    }
    // </testing-process>
}
