using System.Globalization;

namespace DaemonRpc.Process.Tests.Starting;

public sealed class DetachTests : SandboxTests
{
    private static readonly string s_tool = $"'{TestProgram.Path}'";

    [Theory]
    [InlineData("sum=$({0} add 1 2); echo $sum")]
    [InlineData("{0} add 1 2 | cat")]
    [InlineData("{0} add 1 2 2>&1 | cat")]
    [InlineData("{0} add 1 2 9>&1 | cat")]
    public async Task Shell_goes_on_though_the_daemon_lives(string command)
    {
        ToolProcess shell = Sandbox.Start("/bin/sh", "-c", string.Format(System.Globalization.CultureInfo.InvariantCulture, command, s_tool));

        // Its output ends only when nobody holds the pipe any more.
        Assert.Equal("3", await shell.AnswerAsync());
        DaemonHandle? daemon = await DaemonControl.FindAsync(DaemonSandbox.Id, null, Sandbox.RuntimeDirectory).InTime();
        Assert.Equal(DaemonState.Ready, (await daemon!.GetStatusAsync().InTime()).State);
    }

    /// <remarks>Launched it was 0600, in the foreground and in process it was not.</remarks>
    [Fact]
    public async Task What_a_handler_creates_has_the_mode_that_the_client_s_own_files_get()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        await File.WriteAllTextAsync(Sandbox["ours"], "");

        await client.CreateFileAsync(Sandbox["theirs"]).InTime();

        Assert.Equal(File.GetUnixFileMode(Sandbox["ours"]), File.GetUnixFileMode(Sandbox["theirs"]));
        Assert.Equal(ProcessTable.Status(Environment.ProcessId, "Umask"), ProcessTable.Status(client.Daemon.ProcessId, "Umask"));
        Assert.NotEqual("0077", ProcessTable.Status(client.Daemon.ProcessId, "Umask"));
    }

    [Fact]
    public async Task Daemon_has_a_session_and_a_directory_of_its_own_and_is_closed_to_others()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        int daemon = client.Daemon.ProcessId;

        Assert.Equal(daemon, ProcessTable.Session(daemon));
        Assert.Equal("/", ProcessTable.WorkingDirectory(daemon));
        // The runtime blocks all signals for a moment while a thread is being made. What the process was started with, every
        // thread would have at every moment.
        Assert.Contains("0000000000000000", ProcessTable.ThreadStatuses(daemon, "SigBlk"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Sandbox.SocketPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Sandbox.RuntimeDirectory));
        Assert.All(Directory.GetFiles(Sandbox.RuntimeDirectory), file => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Theory]
    [InlineData(LibC.Interrupt)]
    [InlineData(LibC.HangUp)]
    public async Task Daemon_survives_what_a_terminal_does_to_its_client(int signal)
    {
        // What Ctrl-C and the terminal's end do: a signal to everybody in the client's session.
        ToolProcess tool = Sandbox.Start("/usr/bin/setsid", TestProgram.Path, "ask");
        int daemon = int.Parse((await tool.LineAsync(line => line.StartsWith("connected", StringComparison.Ordinal))).Split(' ')[1], CultureInfo.InvariantCulture);
        int session = ProcessTable.Session(tool.Id);
        IReadOnlyList<int> members = [.. ProcessTable.Touching(Sandbox.Folder).Where(process => ProcessTable.Session(process) == session)];
        Assert.Contains(tool.Id, members);
        Assert.DoesNotContain(daemon, members);

        foreach (int member in members)
        {
            using WatchedProcess? process = WatchedProcess.TryOpen(member);
            process?.Signal(signal);
        }

        Assert.NotEqual(0, await tool.CodeAsync());
        Assert.Equal(daemon, (await Sandbox.ConnectAsync()).Daemon.ProcessId);
    }

    [Fact]
    public async Task Daemon_reads_nothing_and_writes_to_its_log()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        IReadOnlyDictionary<int, string> descriptors = ProcessTable.Descriptors(client.Daemon.ProcessId);

        Assert.Equal("/dev/null", descriptors[0]);
        Assert.Equal(client.Daemon.LogPath, descriptors[1]);
        Assert.Equal(client.Daemon.LogPath, descriptors[2]);
    }

    [Fact]
    public async Task Daemon_inherits_no_descriptor_of_its_client()
    {
        // The eighth is a file that nothing closes on exec.
        ToolProcess client = Sandbox.Start("/bin/sh", "-c", $"exec {s_tool} hold 8>'{Sandbox["inherited"]}'");
        TestServiceClient other = await Sandbox.ConnectAsync();
        _ = await other.Daemon.WhenHoldingAsync();

        IReadOnlyDictionary<int, string> clients = ProcessTable.Descriptors(client.Id);
        IReadOnlyDictionary<int, string> daemons = ProcessTable.Descriptors(other.Daemon.ProcessId);

        Assert.Equal(Sandbox["inherited"], clients[8]);
        Assert.DoesNotContain(Sandbox["inherited"], daemons.Values);
        Assert.DoesNotContain(daemons.Values.Intersect(clients.Values), target =>
            target.StartsWith("pipe:", StringComparison.Ordinal) || target.StartsWith("socket:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Daemon_lets_go_of_the_spawn_lock_and_of_the_channel_to_its_client()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        _ = await client.AddAsync(1, 2).InTime();

        IReadOnlyDictionary<int, string> descriptors = ProcessTable.Descriptors(client.Daemon.ProcessId);

        Assert.DoesNotContain(descriptors.Values, target => target.EndsWith(".spawn", StringComparison.Ordinal));
        _ = Assert.Single(descriptors.Values, target => target.EndsWith(".life", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Daemon_that_one_process_starts_outlives_it()
    {
        ToolProcess starter = await Sandbox.StartTool("pid").EndedAsync();
        int daemon = int.Parse(starter.Lines[0].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

        string reused = await Sandbox.StartTool("pid").AnswerAsync();

        Assert.StartsWith($"{daemon} Reused ", reused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marker_of_the_launch_is_not_in_the_daemons_environment_for_its_children()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        // What the kernel shows is the environment as it was at the start; what a child gets is what the daemon can see now.
        Assert.Null(await client.VariableAsync("DAEMONRPC_LAUNCH").InTime());
        Assert.NotNull(await client.VariableAsync("PATH").InTime());
    }
}
