using System.Text.Json;

namespace DaemonRpc.Tool.Tests.Pruning;

public sealed class PruneTests : SandboxTests
{
    [Fact]
    public async Task Socket_of_a_killed_daemon_is_removed_and_nothing_else()
    {
        _ = await Sandbox.KilledAsync();
        string socket = Sandbox.SocketPath;
        string[] others = [.. Files().Where(file => file != socket)];

        Assert.Equal($"Would remove {socket}", Assert.Single(await Sandbox.DaemonRpcAsync(0, "prune", "--dry-run")));
        Assert.True(File.Exists(socket));

        Assert.Equal($"Removed {socket}", Assert.Single(await Sandbox.DaemonRpcAsync(0, "prune")));

        Assert.Equal(others, Files());
        Assert.Empty(await Sandbox.DaemonRpcAsync(0, "prune"));
        Assert.Equal(3, await (await Sandbox.ReadyAsync()).AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Running_and_frozen_daemons_keep_all_their_files()
    {
        _ = await Sandbox.ReadyAsync();
        using WatchedProcess frozen = await Sandbox.FrozenAsync("frozen");
        string[] files = Files();

        Assert.Empty(await Sandbox.DaemonRpcAsync(0, "prune", "--older-than", "0m"));

        Assert.Equal(files, Files());
        frozen.Signal(LibC.Continue);
    }

    [Theory]
    [InlineData("begun")]
    [InlineData("locked")]
    [InlineData("bound")]
    public async Task Daemon_that_is_being_started_keeps_what_its_predecessor_left(string point)
    {
        _ = await Sandbox.KilledAsync();
        Sandbox.StartupPoint = $"{point},stop";
        ToolProcess client = Sandbox.StartTool("connect");
        int starting = await Sandbox.StartupPointReachedAsync();
        string[] files = Files();

        Assert.Empty(await Sandbox.DaemonRpcAsync(0, "prune", "--older-than", "0m"));

        Assert.Equal(files, Files());
        using WatchedProcess daemon = WatchedProcess.Of(starting);
        daemon.Signal(LibC.Continue);
        Assert.Equal($"connected {starting} Started", await client.AnswerAsync());
    }

    [Fact]
    public async Task Daemons_that_start_beside_many_prunings_are_reached()
    {
        _ = Directory.CreateDirectory(Sandbox.RuntimeDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var enough = new CancellationTokenSource();
        Task pruning = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                _ = await DaemonControl.PruneAsync(runtimeDirectory: Sandbox.RuntimeDirectory);
            }
        });

        for (int round = 0; round < 5; round++)
        {
            _ = await Sandbox.KilledAsync();
        }

        TestServiceClient client = await Sandbox.ReadyAsync();
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        await enough.CancelAsync();
        await pruning.InTime();
        Assert.Equal(6, await Sandbox.StartsAsync());
        Assert.True(File.Exists(Sandbox.SocketPath));
    }

    [Fact]
    public async Task Old_logs_and_journals_are_removed_on_request()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        await client.Daemon.StopAsync().InTime();
        Assert.Empty(await Sandbox.DaemonRpcAsync(0, "prune", "--older-than", "30d"));
        foreach (string file in Files())
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-31));
        }

        JsonElement root = await Sandbox.DaemonRpcJsonAsync(0, "prune", "--older-than", "30d", "--json");

        Assert.Equal(["schema", "isDryRun", "files"], root.FieldNames());
        Assert.Equal([".journal", ".log"], root.GetProperty("files").EnumerateArray().Select(file => Path.GetExtension(file.GetString())));
        Assert.Equal([".life", ".spawn"], Files().Select(Path.GetExtension));
        _ = await Sandbox.DaemonRpcAsync(2, "prune", "--older-than", "long");
    }

    private string[] Files() => [.. Directory.GetFiles(Sandbox.RuntimeDirectory).Order(StringComparer.Ordinal)];
}
