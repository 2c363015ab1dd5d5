namespace DaemonRpc.Process.Tests.Guarding;

public sealed class RuntimeDirectoryTests : SandboxTests
{
    [Fact]
    public async Task Folder_that_is_open_to_others_is_not_used()
    {
        _ = Directory.CreateDirectory(Sandbox.RuntimeDirectory, (UnixFileMode)0b111_101_101);

        DaemonAccessException exception = await Assert.ThrowsAsync<DaemonAccessException>(() => Sandbox.ConnectAsync());

        Assert.Contains($"chmod 700 '{Sandbox.RuntimeDirectory}'", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Sandbox.RuntimeDirectory));
    }

    [Fact]
    public async Task Symbolic_link_is_not_followed()
    {
        _ = Directory.CreateDirectory(Sandbox["elsewhere"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _ = Directory.CreateSymbolicLink(Sandbox.RuntimeDirectory, Sandbox["elsewhere"]);

        DaemonAccessException exception = await Assert.ThrowsAsync<DaemonAccessException>(() => Sandbox.ConnectAsync());

        Assert.Contains("symbolic link", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Sandbox["elsewhere"]));
    }

    [Fact]
    public async Task Folder_whose_name_is_too_long_for_a_socket_is_named_and_what_to_do_too()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.RuntimeDirectory = Sandbox[new string('x', 100)];

        DaemonException exception = await Assert.ThrowsAnyAsync<DaemonException>(() => Sandbox.ConnectAsync(options));

        Assert.Contains("DAEMONRPC_DIR", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Id_and_instance_may_be_longer_than_any_file_name()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.Instance = new string('é', 5_000);

        TestServiceClient client = await Sandbox.ConnectAsync(options);

        Assert.Equal(options.Instance, (await client.DescribeAsync().InTime()).Instance);
        Assert.Equal(options.Instance, (await DaemonControl.FindAsync(DaemonSandbox.Id, options.Instance, Sandbox.RuntimeDirectory).InTime())?.Instance);
        Assert.Null(await DaemonControl.FindAsync(new string('x', 10_000), options.Instance, Sandbox.RuntimeDirectory).InTime());
        Assert.All(Directory.GetFiles(Sandbox.RuntimeDirectory), file => Assert.InRange(Path.GetFileName(file).Length, 1, 30));
    }

    [Fact]
    public async Task Debris_at_the_sockets_path_is_replaced()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        string path = Sandbox.SocketPath;
        using (WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId))
        {
            await process.KillAsync();
        }

        // The dead daemon's socket is still there; now it is a file.
        File.Delete(path);
        await File.WriteAllTextAsync(path, "no socket");

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }
}
