using System.Text;
using DaemonRpc.Launch;
using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Launch;

public sealed class DefaultDirectoryTests : IDisposable
{
    private static readonly string[] s_names = [".local", "state", "daemonrpc"];

    private readonly TemporaryFolder _folder = new();
    private readonly uint _user = LibC.EffectiveUserId();

    private string Home => _folder.Path;

    private string Expected => _folder[".local/state/daemonrpc"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Is_below_the_home_and_makes_nothing()
    {
        Assert.Equal(Expected, Below(Home));
        Assert.Equal(Expected, Below(Home + "/"));
        Assert.Empty(Directory.GetFileSystemEntries(Home));
    }

    [Fact]
    public void Folders_between_that_others_can_only_read_do_no_harm()
    {
        Make(".local", 0b111_101_101);
        Make(".local/state", 0b111_101_101);

        Assert.Equal(Expected, Below(Home));
    }

    [Theory]
    [InlineData("", 0b111_111_101)]
    [InlineData("", 0b111_000_010)]
    [InlineData(".local", 0b111_111_111)]
    [InlineData(".local/state", 0b111_101_111)]
    public void Place_where_others_could_put_a_folder_of_theirs_is_passed_over(string open, int mode)
    {
        Make(".local/state", 0b111_000_000);
        Make(open, mode);

        Assert.Null(Below(Home));
    }

    [Fact]
    public void Sticky_folder_between_lets_others_exchange_nothing_of_ours()
    {
        Make(".local", 0b111_111_111 | (int)UnixFileMode.StickyBit);

        Assert.Equal(Expected, Below(Home));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".local")]
    [InlineData(".local/state")]
    public void Place_below_a_folder_of_another_user_is_passed_over(string theirs)
    {
        Assert.SkipUnless(Ownership.IsRoot, Ownership.WhyRoot);
        Make(".local/state", 0b111_000_000);
        Ownership.GiveAway(_folder[theirs], 12345);

        Assert.Null(Below(Home));
    }

    [Theory]
    [InlineData(".local")]
    [InlineData(".local/state")]
    public void Place_behind_a_link_or_a_file_is_passed_over(string link)
    {
        Make("elsewhere", 0b111_000_000);
        if (Path.GetDirectoryName(link) is { Length: > 0 } above)
        {
            Make(above, 0b111_000_000);
        }

        _ = Directory.CreateSymbolicLink(_folder[link], _folder["elsewhere"]);
        Assert.Null(Below(Home));

        Directory.Delete(_folder[link]);
        File.WriteAllText(_folder[link], "");
        Assert.Null(Below(Home));
    }

    [Theory]
    [InlineData("")]
    [InlineData("home")]
    [InlineData("./home")]
    public void Home_that_is_no_absolute_path_is_passed_over(string home) => Assert.Null(Below(home));

    [Fact]
    public void Home_that_does_not_exist_is_passed_over() => Assert.Null(Below(_folder["missing"]));

    [Fact]
    public void Home_whose_name_has_too_many_bytes_for_a_socket_is_passed_over()
    {
        // Two bytes a letter, so that letters and bytes are not mistaken for each other.
        int room = 76 - Encoding.UTF8.GetByteCount(Home + "/" + "/.local/state/daemonrpc");
        string longest = _folder[new string('é', room / 2) + new string('e', room % 2)];
        Make(longest, 0b111_000_000);
        Make(longest + "e", 0b111_000_000);

        Assert.Equal(longest + "/.local/state/daemonrpc", Below(longest));
        Assert.Null(Below(longest + "e"));
    }

    [Fact]
    public void Shared_folder_must_keep_its_users_apart()
    {
        Make("sticky", 0b111_111_111 | (int)UnixFileMode.StickyBit);
        Make("open", 0b111_111_111);
        _ = Directory.CreateSymbolicLink(_folder["link"], _folder["sticky"]);

        Assert.Equal(_folder[$"sticky/daemonrpc-{_user}"], DefaultDirectory.InShared(_folder["sticky"], _user));
        Assert.Equal(_folder[$"link/daemonrpc-{_user}"], DefaultDirectory.InShared(_folder["link"], _user));
        foreach (string unfit in new[] { _folder["open"], _folder["missing"] })
        {
            DaemonAccessException exception = Assert.Throws<DaemonAccessException>(() => DefaultDirectory.InShared(unfit, _user));
            Assert.Contains($"'{unfit}'", exception.Message, StringComparison.Ordinal);
            Assert.Contains("Set DAEMONRPC_DIR", exception.Message, StringComparison.Ordinal);
        }
    }

    private string? Below(string home) => DefaultDirectory.Below(home, s_names, _user);

    private void Make(string name, int mode)
    {
        _ = Directory.CreateDirectory(_folder[name], (UnixFileMode)0b111_000_000);
        File.SetUnixFileMode(_folder[name], (UnixFileMode)mode);
    }
}
