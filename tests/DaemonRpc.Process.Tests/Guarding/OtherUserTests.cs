namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>Two users on one machine: neither reaches the other's daemon, nor is led to believe that it is its own.</summary>
public sealed class OtherUserTests : SandboxTests
{
    private const UnixFileMode OpenToAll = (UnixFileMode)0b111_101_101;
    private const UnixFileMode AllMayConnect = (UnixFileMode)0b110_110_110;
    private const UnixFileMode Shared = (UnixFileMode)0b111_111_111 | UnixFileMode.StickyBit;

    private static readonly string s_hello = Convert.ToHexString(RawConnection.ProperHello);

    private OtherUser Other => field ??= OtherUser.In(Sandbox);

    [Fact]
    public async Task Client_of_another_user_is_told_whose_the_folder_is()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        string answer = await Other.StartTool("attempt").AnswerAsync(exitCode: 3);

        Assert.Equal($"DaemonAccessException: The runtime directory '{Sandbox.RuntimeDirectory}' belongs to user 0, not to you (user {Other.Id}). Set DAEMONRPC_DIR to a folder of yours.", answer);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Client_of_another_user_uses_no_daemon_that_it_could_reach()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        OpenEverything();

        string answer = await Other.StartTool("attempt").AnswerAsync(exitCode: 3);

        Assert.StartsWith($"DaemonAccessException: The runtime directory '{Sandbox.RuntimeDirectory}' belongs to user 0", answer, StringComparison.Ordinal);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Daemon_says_nothing_to_another_user_that_reaches_its_socket()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        string path = OpenEverything();

        // The daemon soon publishes a closed socket in the place of this one; then there is nothing to knock at.
        ToolProcess stranger = await Other.StartTool("knock", path, s_hello).EndedAsync();

        Assert.Contains(stranger.Lines[0], (string[])["connected", "AccessDenied"]);
        Assert.Equal("received 0 bytes", stranger.Lines[^1]);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Folder_that_another_user_made_first_is_not_used()
    {
        ShareTheFolderAbove();
        _ = await Other.StartShell($"umask 077; mkdir '{Sandbox.RuntimeDirectory}'").EndedAsync();

        DaemonAccessException exception = await Assert.ThrowsAsync<DaemonAccessException>(() => Sandbox.ConnectAsync());

        Assert.Contains($"'{Sandbox.RuntimeDirectory}' belongs to user {Other.Id}, not to you (user 0)", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Sandbox.RuntimeDirectory));
    }

    [Fact]
    public async Task Link_that_another_user_made_first_is_not_followed_even_to_a_folder_of_ours()
    {
        _ = Directory.CreateDirectory(Sandbox["elsewhere"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ShareTheFolderAbove();
        _ = await Other.StartShell($"ln -s '{Sandbox["elsewhere"]}' '{Sandbox.RuntimeDirectory}'").EndedAsync();

        DaemonAccessException exception = await Assert.ThrowsAsync<DaemonAccessException>(() => Sandbox.ConnectAsync());

        Assert.Contains($"'{Sandbox.RuntimeDirectory}' is not a directory (a symbolic link", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Sandbox["elsewhere"]));
    }

    [Fact]
    public async Task Impostor_at_the_sockets_path_is_sent_nothing()
    {
        string path = await PathOfTheSocketAsync();
        string made = Path.Combine(Other.MakeFolder(Sandbox["theirs"]), "impostor");
        ToolProcess impostor = Other.StartTool("listen", made);
        _ = await impostor.LineAsync("listening");
        File.Move(made, path);

        DaemonAccessException exception = await Assert.ThrowsAsync<DaemonAccessException>(() => Sandbox.ConnectAsync());

        Assert.Equal($"The process that listens at '{path}' belongs to user {Other.Id}, not to you. Nothing was sent to it.", exception.Message);
        _ = await impostor.EndedAsync();
        Assert.Equal(["listening", "received 0 bytes"], impostor.Lines);
        File.Delete(path);
    }

    [Fact]
    public async Task Root_is_another_user_too()
    {
        string folder = Other.MakeFolder(Sandbox.RuntimeDirectory);
        string[] started = (await Other.StartTool("attempt").AnswerAsync()).Split(' ');
        Assert.Equal(("connected", "Started"), (started[0], started[2]));

        DaemonAccessException exception = await Assert.ThrowsAsync<DaemonAccessException>(() => Sandbox.ConnectAsync());

        Assert.Contains($"'{folder}' belongs to user {Other.Id}, not to you (user 0)", exception.Message, StringComparison.Ordinal);
        ToolProcess stranger = await Sandbox.StartTool("knock", Sandbox.SocketPath, s_hello).EndedAsync();
        Assert.Equal(("connected", "received 0 bytes"), (stranger.Lines[0], stranger.Lines[^1]));
        string[] reused = (await Other.StartTool("attempt").AnswerAsync()).Split(' ');
        Assert.Equal((started[1], "Reused"), (reused[1], reused[2]));
    }

    [Fact]
    public async Task File_of_another_user_in_the_folder_hides_no_daemon_from_the_list()
    {
        string folder = Other.MakeFolder(Sandbox.RuntimeDirectory);
        string[] started = (await Other.StartTool("attempt").AnswerAsync()).Split(' ');
        foreach (string name in (string[])["foreign.life", "foreign.sock", "alone.life"])
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), "");
            File.SetUnixFileMode(Path.Combine(folder, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Assert.Equal($"daemonrpc.tests.service {started[1]}", await Other.StartTool("list").AnswerAsync());
    }

    [Fact]
    public async Task Nobody_is_a_user_as_others_are()
    {
        // What many containers run their program as.
        var nobody = OtherUser.NobodyIn(Sandbox);
        _ = nobody.MakeFolder(Sandbox.RuntimeDirectory);

        string[] started = (await nobody.StartTool("attempt").AnswerAsync()).Split(' ');
        string[] reused = (await nobody.StartTool("attempt").AnswerAsync()).Split(' ');

        Assert.Equal(("connected", "Started", "3"), (started[0], started[2], started[3]));
        Assert.Equal((started[1], "Reused"), (reused[1], reused[2]));
    }

    [Fact]
    public async Task User_without_a_number_of_its_own_cannot_be_told_from_others()
    {
        // A user namespace that maps nobody: all are shown as user 65534, the client, its daemon and everybody else.
        ToolProcess probe = Sandbox.Start("unshare", "--user", "id", "-u");
        Assert.SkipUnless(await probe.LastWordAsync() == "65534", "User namespaces cannot be made here.");

        string answer = await Sandbox.Start("unshare", "--user", TestProgram.Path, "attempt").AnswerAsync(exitCode: 3);

        Assert.StartsWith($"DaemonAccessException: The process that listens at '{Sandbox.SocketPath}' belongs to user 65534, which in this user namespace may be anybody.", answer, StringComparison.Ordinal);
    }

    /// <summary>Lets everybody make something beside what is ours, as in the temporary folder.</summary>
    private void ShareTheFolderAbove()
    {
        // Being let in comes first, as it sets a mode too.
        _ = Other;
        File.SetUnixFileMode(Sandbox.Folder, Shared);
    }

    /// <summary>Opens the folder and the socket to everybody, as the owner might by mistake.</summary>
    private string OpenEverything()
    {
        string path = Sandbox.SocketPath;
        File.SetUnixFileMode(path, AllMayConnect);
        File.SetUnixFileMode(Sandbox.RuntimeDirectory, OpenToAll);
        return path;
    }

    private async Task<string> PathOfTheSocketAsync()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        string path = Sandbox.SocketPath;
        await client.Daemon.StopAsync().InTime();
        return path;
    }
}
