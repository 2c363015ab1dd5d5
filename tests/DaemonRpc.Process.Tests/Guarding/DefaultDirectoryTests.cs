using System.Globalization;

namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>Where a user's daemons are when nobody says where: asked as another user, whose homes are the tests' to make.</summary>
public sealed class DefaultDirectoryTests : SandboxTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode All = (UnixFileMode)0b111_111_111;

    private OtherUser User => field ??= OtherUser.In(Sandbox);

    private string Temporary => Sandbox.Outside(string.Create(CultureInfo.InvariantCulture, $"/tmp/daemonrpc-{User.Id}"));

    [Theory]
    [InlineData("000")]
    [InlineData("022")]
    [InlineData("077")]
    public async Task Home_of_ones_own_holds_it_and_all_that_is_made_is_private_whatever_the_mask(string mask)
    {
        string home = User.MakeFolder(Sandbox["home"], (UnixFileMode)0b111_101_101);

        _ = await ConnectedAsync(User.StartTool(["attempt"], mask, environment => At(home, environment)));

        foreach (string made in new[] { ".local", ".local/state", ".local/state/daemonrpc" })
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(home, made)));
        }

        string[] files = Directory.GetFiles(Path.Combine(home, ".local/state/daemonrpc"));
        Assert.Contains(files, file => file.EndsWith(".sock", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task Environments_without_a_usable_home_have_one_daemon_in_the_temporary_folder()
    {
        string temporary = Temporary;
        string tooLong = User.MakeFolder(Sandbox[new string('h', 200)]);
        string open = User.MakeFolder(Sandbox["open"], All);
        string readOnly = User.MakeFolder(Sandbox["readonly"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        string first = await ConnectedAsync(Start(environment => environment.Remove("HOME")));
        string[] others =
        [
            await ConnectedAsync(Start(environment => At("", environment))),
            await ConnectedAsync(Start(environment => At("/root", environment))),
            await ConnectedAsync(Start(environment => At(Sandbox["missing"], environment))),
            await ConnectedAsync(Start(environment => At(tooLong, environment))),
            await ConnectedAsync(Start(environment => At(open, environment))),
            await ConnectedAsync(Start(environment => At("relative", environment))),

            // It was an error, where a home that is missing was none.
            await ConnectedAsync(Start(environment => At(readOnly, environment))),
        ];

        Assert.All(others, daemon => Assert.Equal(first, daemon));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(temporary));
        Assert.Single(Directory.GetFiles(temporary, "*.sock"));
        Assert.Empty(Directory.GetFileSystemEntries(tooLong));
        Assert.Empty(Directory.GetFileSystemEntries(open));
    }

    [Fact]
    public async Task Variable_that_names_another_users_runtime_folder_or_none_makes_no_difference()
    {
        string home = User.MakeFolder(Sandbox["home"]);
        string theirs = Directory.CreateDirectory(Sandbox["theirs"], OwnerOnly).FullName;

        string[] daemons =
        [
            await ConnectedAsync(Start(environment => At(home, environment, theirs))),
            await ConnectedAsync(Start(environment => At(home, environment, Sandbox["missing"]))),
            await ConnectedAsync(Start(environment => At(home, environment, "/run/user/0"))),
            await ConnectedAsync(Start(environment => At(home, environment))),
        ];

        _ = Assert.Single(daemons.Distinct());
        Assert.Empty(Directory.GetFileSystemEntries(theirs));
        Assert.Single(Directory.GetFiles(Path.Combine(home, ".local/state/daemonrpc"), "*.sock"));
    }

    [Fact]
    public async Task Runtime_folder_that_the_system_made_holds_it_whatever_home_and_variables_say()
    {
        string own = User.MakeFolder(Sandbox.Outside(string.Create(CultureInfo.InvariantCulture, $"/run/user/{User.Id}")));
        string home = User.MakeFolder(Sandbox["home"]);

        string[] daemons =
        [
            await ConnectedAsync(Start(environment => At(home, environment))),
            await ConnectedAsync(Start(environment => environment.Remove("HOME"))),
            await ConnectedAsync(Start(environment => At("/root", environment, "/run/user/0"))),
        ];

        _ = Assert.Single(daemons.Distinct());
        Assert.Single(Directory.GetFiles(Path.Combine(own, "daemonrpc"), "*.sock"));
        Assert.Empty(Directory.GetFileSystemEntries(home));
    }

    [Fact]
    public async Task Temporary_folder_that_somebody_else_made_first_is_refused()
    {
        string temporary = Temporary;
        _ = Directory.CreateDirectory(temporary, OwnerOnly);

        string answer = await Start(environment => environment.Remove("HOME")).AnswerAsync(exitCode: 3);

        Assert.StartsWith($"DaemonAccessException: The runtime directory '{temporary}' belongs to user 0, not to you (user {User.Id})", answer, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(temporary));
    }

    private ToolProcess Start(Action<IDictionary<string, string?>> change) => User.StartTool(["attempt"], "022", environment =>
    {
        _ = environment.Remove("DAEMONRPC_DIR");
        _ = environment.Remove("XDG_RUNTIME_DIR");
        change(environment);
    });

    private static void At(string home, IDictionary<string, string?> environment, string? runtimeVariable = null)
    {
        _ = environment.Remove("DAEMONRPC_DIR");
        environment["HOME"] = home;
        environment["XDG_RUNTIME_DIR"] = runtimeVariable;
    }

    /// <summary>The process that served it.</summary>
    private static async Task<string> ConnectedAsync(ToolProcess tool)
    {
        string[] answer = (await tool.AnswerAsync()).Split(' ');
        Assert.Equal(("connected", "3"), (answer[0], answer[3]));
        return answer[1];
    }
}
