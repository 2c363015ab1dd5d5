namespace DaemonRpc.BuildTasks.Tests.Builds;

public sealed class GivenTimeBuildTests : IDisposable
{
    private readonly TestSolution _solution;
    private readonly TestProject _app;

    public GivenTimeBuildTests(PackedPackage package)
    {
        _solution = new TestSolution(package);
        _app = _solution.AddExecutable("App");
    }

    public void Dispose() => _solution.Dispose();

    [Fact]
    public void Two_clean_builds_with_source_date_epoch_are_identical()
    {
        _app.BuildAt("1769860800");
        byte[] first = File.ReadAllBytes(_app.Assembly);
        Assert.Equal(639054576000000000, _app.Stamp);

        Directory.Delete(_solution.Folder["App/obj"], recursive: true);
        Directory.Delete(_solution.Folder["App/bin"], recursive: true);
        _app.BuildAt("1769860800");

        Assert.Equal(first, File.ReadAllBytes(_app.Assembly));
    }

    [Fact]
    public void Property_stamps_until_it_is_taken_away()
    {
        _app.Build("-p:DaemonRpcBuildTimestamp=2026-01-31T12:00:00Z");
        Assert.Equal(639054576000000000, _app.Stamp);

        DateTime start = DateTime.UtcNow;
        _app.Build("--no-restore");
        Assert.InRange(_app.Stamp!.Value, start.Ticks, DateTime.UtcNow.Ticks);
    }

    [Fact]
    public void Unreadable_property_is_an_error() =>
        _app.TryBuild("-p:DaemonRpcBuildTimestamp=yesterday").FailedWith("DRPC202");
}
