namespace DaemonRpc.BuildTasks.Tests.Decision;

public sealed class OutputListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_what_the_last_build_wrote_to_the_folder_and_is_still_there_is_output()
    {
        _folder.Write("bin/wordsd.dll", "");
        _folder.Write("bin/de/wordsd.resources.dll", "");
        _folder.Write("bin/old.dll", "");
        _folder.Write("obj/wordsd.dll", "");
        _folder.Write("list", string.Join('\n', _folder["obj/wordsd.dll"], _folder["bin/wordsd.dll"], _folder["bin/de/wordsd.resources.dll"], _folder["bin/deleted.dll"]));

        Assert.Equal([_folder["bin/wordsd.dll"], _folder["bin/de/wordsd.resources.dll"]], OutputList.Read(_folder["list"], _folder["bin/"]));
    }

    [Theory]
    [InlineData("/tööls & co/a.dll", "/tööls & co/a.dll")]
    [InlineData("a;b%41", "a%3bb%2541")]
    [InlineData("*?@$()'", "%2a%3f%40%24%28%29%27")]
    public void Path_is_escaped_as_msbuild_reads_it(string path, string expected) => Assert.Equal(expected, OutputList.Escape(path));
}
