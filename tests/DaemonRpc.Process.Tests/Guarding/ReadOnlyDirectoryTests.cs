namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>A runtime directory that cannot be written to: root, who runs most tests, is stopped by no mode, only by the file system.</summary>
public sealed class ReadOnlyDirectoryTests : SandboxTests
{
    private const string OnlyOwn = "mode=700,size=64k";

    [Fact]
    public async Task Folder_that_cannot_be_written_to_is_named_and_what_to_do_too()
    {
        Sandbox.Mount("run", OnlyOwn).MakeReadOnly();

        DaemonAccessException exception = await Assert.ThrowsAsync<DaemonAccessException>(() => Sandbox.ConnectAsync());

        Assert.Equal(
            $"The runtime directory '{Sandbox.RuntimeDirectory}' cannot be written to: Read-only file system (error 30). Make it writable, or set DAEMONRPC_DIR to a folder of yours.",
            exception.Message);
    }

    [Fact]
    public async Task Folder_that_cannot_be_made_is_named_and_what_to_do_too()
    {
        Sandbox.Mount("parent", OnlyOwn).MakeReadOnly();
        DaemonClientOptions options = Sandbox.Options();
        options.RuntimeDirectory = Sandbox["parent/a/run"];

        DaemonAccessException exception = await Assert.ThrowsAsync<DaemonAccessException>(() => Sandbox.ConnectAsync(options));

        Assert.Contains($"The runtime directory '{options.RuntimeDirectory}' cannot be made: Read-only file system", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(". Set DAEMONRPC_DIR to a folder of yours.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_that_its_owner_closed_to_itself_is_named_and_what_to_do_too()
    {
        OtherUser owner = OtherUser.In(Sandbox);
        string folder = owner.MakeFolder(Sandbox.RuntimeDirectory, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        string answer = await owner.StartTool("attempt").AnswerAsync(exitCode: 3);

        Assert.Equal(
            $"DaemonAccessException: The runtime directory '{folder}' cannot be written to: Permission denied (error 13). Make it writable, or set DAEMONRPC_DIR to a folder of yours.",
            answer);
    }

    [Fact]
    public async Task Folder_that_a_mount_makes_writable_again_serves()
    {
        SmallDisk disk = Sandbox.Mount("run", OnlyOwn);
        disk.MakeReadOnly();
        _ = await Assert.ThrowsAsync<DaemonAccessException>(() => Sandbox.ConnectAsync());
        disk.MakeWritable();

        Assert.Equal(3, await (await Sandbox.ConnectAsync()).AddAsync(1, 2).InTime());
    }
}
