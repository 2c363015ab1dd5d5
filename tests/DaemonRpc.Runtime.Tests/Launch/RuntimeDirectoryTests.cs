using DaemonRpc.Launch;

namespace DaemonRpc.Runtime.Tests.Launch;

public sealed class RuntimeDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Subject => _folder["daemonrpc"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Missing_folder_and_those_above_it_are_made_for_the_owner_alone()
    {
        string below = Path.Combine(Subject, "below");
        RuntimeDirectory.Prepare(Path.Combine(below, "it"));

        Assert.Equal(["rwx------", "rwx------", "rwx------"], new[] { Subject, below, Path.Combine(below, "it") }.Select(Mode));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherExecute)]
    [InlineData(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    public void Folder_open_to_others_is_refused_with_the_command_that_helps(UnixFileMode more)
    {
        RuntimeDirectory.Prepare(Subject);
        File.SetUnixFileMode(Subject, File.GetUnixFileMode(Subject) | more);

        Refused($"chmod 700 '{Subject}'");
    }

    [Fact]
    public void Symbolic_link_is_refused_also_with_a_slash_behind_it()
    {
        RuntimeDirectory.Prepare(_folder["elsewhere"]);
        _ = Directory.CreateSymbolicLink(Subject, _folder["elsewhere"]);

        Refused("symbolic link");
        _ = Assert.Throws<DaemonAccessException>(() => RuntimeDirectory.Verify(RuntimeDirectory.Resolve(Subject + "/")));
    }

    [Fact]
    public void Link_that_leads_nowhere_is_refused()
    {
        _ = Directory.CreateSymbolicLink(Subject, _folder["nowhere"]);

        Refused("symbolic link");
    }

    [Fact]
    public void File_is_refused()
    {
        File.WriteAllText(Subject, "");

        Refused("not a directory");
    }

    [Fact]
    public void Folder_of_another_user_is_refused()
    {
        Assert.SkipUnless(Ownership.IsRoot, Ownership.WhyRoot);
        RuntimeDirectory.Prepare(Subject);
        Ownership.GiveAway(Subject, 12345);

        Refused("belongs to user 12345");
    }

    [Fact]
    public void Missing_folder_cannot_be_verified() =>
        Assert.Throws<DaemonAccessException>(() => RuntimeDirectory.Verify(Subject));

    [Fact]
    public void Requested_folder_is_simplified() => Assert.Equal("/here", RuntimeDirectory.Resolve("/x/../here/"));

    [Theory]
    [InlineData("here")]
    [InlineData("./here")]
    [InlineData("../here")]
    public void Relative_folder_is_refused(string relative) => Assert.Contains(
        $"'{relative}' is not an absolute path", Assert.Throws<DaemonAccessException>(() => RuntimeDirectory.Resolve(relative)).Message, StringComparison.Ordinal);

    private void Refused(string why) =>
        Assert.Contains(why, Assert.Throws<DaemonAccessException>(() => RuntimeDirectory.Prepare(Subject)).Message, StringComparison.Ordinal);

    private static string Mode(string path)
    {
        UnixFileMode mode = File.GetUnixFileMode(path);
        return string.Concat(Enumerable.Range(0, 9).Select(bit => ((int)mode & (256 >> bit)) != 0 ? "rwxrwxrwx"[bit] : '-'));
    }
}
