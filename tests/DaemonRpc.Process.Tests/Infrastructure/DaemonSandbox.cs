using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>A world of its own for one test: a runtime directory, the clients and the programs that use it.</summary>
/// <remarks>When disposed it ends everything, and fails the test if a daemon had left anything behind.</remarks>
internal sealed class DaemonSandbox : IAsyncDisposable
{
    public const string Id = "daemonrpc.tests.service";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly List<TestServiceClient> _clients = [];
    private readonly List<ToolProcess> _tools = [];
    private readonly List<string> _outside = [];
    private readonly List<SmallDisk> _disks = [];
    private readonly List<ThreadGroup> _groups = [];

    public DaemonSandbox()
    {
        // Not the temporary directory of whoever runs the tests: its name may be too long for a socket.
        Folder = $"/tmp/drpc-{Guid.NewGuid().ToString("N")[..8]}";
        _ = Directory.CreateDirectory(Folder, OwnerOnly);
        _ = Directory.CreateDirectory(this["tmp"]);
    }

    public string Folder { get; }

    /// <summary>Where the first daemon that a program of this sandbox starts is stopped or killed, such as <c>bound,kill</c>.</summary>
    public string? StartupPoint { get; set; }

    /// <summary>Waits until a process is stopped at the <see cref="StartupPoint"/>, and returns which.</summary>
    public async Task<int> StartupPointReachedAsync()
    {
        await FileChange.UntilAsync(Folder, () => File.Exists(this["point"]) && ReadShared(this["point"]).Length > 0);
        int processId = int.Parse(ReadShared(this["point"])[0], CultureInfo.InvariantCulture);
        await ProcessTable.StoppedAsync(processId);
        return processId;
    }

    /// <summary>Left to the first client to make.</summary>
    public string RuntimeDirectory => this["run"];

    public string SocketPath => Assert.Single(Directory.GetFiles(RuntimeDirectory, "*.sock"));

    /// <summary>The lines that all daemons wrote, as far as their logs are still there.</summary>
    public IReadOnlyList<string> Log => !Directory.Exists(RuntimeDirectory)
        ? []
        : [.. Directory.GetFiles(RuntimeDirectory, "*.log*").OrderDescending(StringComparer.Ordinal).SelectMany(ReadShared)];

    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>Options of a client in this process whose daemon gets these arguments.</summary>
    public DaemonClientOptions Options(params string[] daemonArguments) => new()
    {
        RuntimeDirectory = RuntimeDirectory,
        Launch = DaemonLaunch.Executable(TestProgram.Path, daemonArguments),
        StartTimeout = Limits.Generous,
    };

    public Task<TestServiceClient> ConnectAsync(params string[] daemonArguments) => ConnectAsync(Options(daemonArguments));

    public async Task<TestServiceClient> ConnectAsync(DaemonClientOptions options)
    {
        TestServiceClient client = await TestServiceClient.ConnectAsync(options).InTime();
        lock (_clients)
        {
            _clients.Add(client);
        }

        return client;
    }

    /// <summary>How many daemons have begun to serve, by their journal, which is written before whoever started them is told.</summary>
    public async Task<int> StartsAsync() => (await DaemonControl.ReadJournalAsync(Id, runtimeDirectory: RuntimeDirectory).InTime())
        .Count(entry => entry.Event is DaemonJournalEvent.Started or DaemonJournalEvent.Replaced or DaemonJournalEvent.TookOver);

    /// <summary>Starts the test program as a client.</summary>
    public ToolProcess StartTool(params string[] arguments) => Start(TestProgram.Path, arguments);

    /// <summary>Has a folder deleted at the end that a test makes somewhere else.</summary>
    public string Outside(string path)
    {
        _outside.Add(path);
        return path;
    }

    /// <summary>Puts a file system of its own at a name in the sandbox, which is gone at the end.</summary>
    /// <param name="name">Where.</param>
    /// <param name="options">Its limits, such as <c>size=64k</c>.</param>
    public SmallDisk Mount(string name, string options)
    {
        var disk = SmallDisk.Mount(this[name], options);
        _disks.Add(disk);
        return disk;
    }

    /// <summary>Makes a control group of so many threads, which is gone at the end. Null where none can be made.</summary>
    public ThreadGroup? LimitThreads(int most)
    {
        var group = ThreadGroup.TryMake(most);
        if (group is not null)
        {
            _groups.Add(group);
        }

        return group;
    }

    /// <summary>Starts any program.</summary>
    public ToolProcess Start(string program, params string[] arguments) => Start(program, arguments, _ => { });

    /// <summary>Starts any program in another environment.</summary>
    public ToolProcess Start(string program, string[] arguments, Action<IDictionary<string, string?>> change)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder };
        start.Environment["DAEMONRPC_DIR"] = RuntimeDirectory;
        start.Environment["TMPDIR"] = this["tmp"];
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["TESTDAEMON_FORWARDED"] = "from the tool";
        if (StartupPoint is { } point)
        {
            start.Environment["DAEMONRPC_TEST_STARTUP_POINT"] = $"{point},{this["point"]}";
        }

        change(start.Environment);
        var tool = new ToolProcess(start);
        _tools.Add(tool);
        return tool;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestServiceClient client in _clients)
        {
            await client.DisposeAsync().InTime();
        }

        foreach (ToolProcess tool in _tools)
        {
            await tool.DisposeAsync();
        }

        IReadOnlyList<string> leftovers = await new Leftovers(this).EndAllAsync();
        WriteEvidence();
        _disks.ForEach(disk => disk.Dispose());
        _groups.ForEach(group => group.Dispose());
        foreach (string folder in _outside.Where(Directory.Exists).Prepend(Folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.True(leftovers.Count == 0, string.Join('\n', leftovers));
    }

    private void WriteEvidence()
    {
        ITestOutputHelper? output = TestContext.Current.TestOutputHelper;
        foreach (ToolProcess tool in _tools)
        {
            output?.WriteLine(tool.ToString());
        }

        output?.WriteLine($"The daemons' logs:\n{string.Join('\n', Log)}");
    }

    private static string[] ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
