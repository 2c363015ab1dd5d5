namespace DaemonRpc.BuildTasks.Tests.Decision;

public sealed class StampFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Kept => _folder["obj/DaemonRpc.stamp"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Stamp_is_read_as_it_was_written()
    {
        StampFile.Write(Kept, new BuildStamp(42, "inputs"));

        BuildStamp? read = StampFile.Read(Kept);

        Assert.Equal(42, read?.Ticks);
        Assert.Equal("inputs", read?.Inputs);
    }

    [Fact]
    public void Same_stamp_does_not_touch_the_file()
    {
        StampFile.Write(Kept, new BuildStamp(42, "inputs"));
        DateTime longAgo = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Kept, longAgo);

        StampFile.Write(Kept, new BuildStamp(42, "inputs"));

        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(Kept));
    }

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("soon\ninputs\n")]
    public void File_that_cannot_be_read_is_no_stamp(string text)
    {
        _folder.Write("obj/DaemonRpc.stamp", text);

        Assert.Null(StampFile.Read(Kept));
    }

    [Fact]
    public void Missing_file_is_no_stamp() => Assert.Null(StampFile.Read(Kept));
}
