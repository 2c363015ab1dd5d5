using System.Globalization;
using System.Text.Json;
using DaemonRpc.TestDaemon.Forged;

namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>A stranger's client, written from the protocol's description alone, that sends forged values in valid frames.</summary>
public sealed class ForgedValueTests : SandboxTests
{
    private const int AllowedGrowth = 128 * 1024 * 1024;

    // Of the largest value that was sent: its bytes, the value made of them, and what the handler shows of it.
    private const int AllowedMultiple = 16;

    [Fact]
    public async Task Forged_values_neither_end_a_daemon_nor_fill_its_memory()
    {
        string python = FindPython();
        int seed = Setting("DAEMONRPC_FORGE_SEED") ?? Random.Shared.Next(1_000_000);
        int seconds = Setting("DAEMONRPC_FORGE_SECONDS") ?? 4;
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed} (DAEMONRPC_FORGE_SEED), {seconds} s (DAEMONRPC_FORGE_SECONDS).");
        await using ForgedServiceClient client = await ForgedServiceClient.ConnectAsync(Options()).InTime();
        await HonestAsync(client);
        await File.WriteAllLinesAsync(Sandbox["cases"], ForgedCases.All.Select(static forged => forged.ToLine()));
        long before = PeakMemory(client.Daemon.ProcessId);

        ToolProcess stranger = Sandbox.Start(
            python, "-B", Path.Combine(StrangersClient.Folder, "forge.py"), Sandbox.SocketPath, "daemonrpc.tests.forged", Sandbox["cases"], $"{seed}", $"{seconds}");
        await stranger.EndedAsync(TimeSpan.FromSeconds(seconds) + (3 * Limits.Generous));

        JsonElement report = JsonDocument.Parse(Assert.Single(stranger.Lines)).RootElement;
        TestContext.Current.TestOutputHelper?.WriteLine($"{report}");
        Assert.Null(report.GetProperty("failure").GetString());
        Assert.Equal(2, report.GetProperty("phases").GetArrayLength());
        Assert.Equal(client.Daemon.ProcessId, report.GetProperty("pid").GetInt32());
        Assert.True(report.GetProperty("result").GetInt32() >= ForgedCases.All.Count, "Honest values were refused.");
        await HonestAsync(client);
        long most = AllowedGrowth + (AllowedMultiple * report.GetProperty("largest").GetInt64());
        Assert.InRange(PeakMemory(client.Daemon.ProcessId) - before, 0, most);
        await client.Daemon.StopAsync().InTime();
    }

    [Fact]
    public async Task Honest_values_are_served_to_a_stranger()
    {
        string python = FindPython();
        await using ForgedServiceClient client = await ForgedServiceClient.ConnectAsync(Options()).InTime();
        foreach (ForgedCase honest in ForgedCases.All)
        {
            await File.WriteAllTextAsync(Sandbox["case"], honest.ToLine());
            ToolProcess stranger = Sandbox.Start(
                python, "-B", "-c", HonestScript, StrangersClient.Folder, Sandbox.SocketPath, "daemonrpc.tests.forged", Sandbox["case"]);
            Assert.Equal($"{honest.Method} RESULT", $"{honest.Method} {await stranger.AnswerAsync()}");
        }

        await client.Daemon.StopAsync().InTime();
    }

    private const string HonestScript = """
        import sys
        sys.path.insert(0, sys.argv[1])
        import daemonrpc, forge
        method, count, streams, arguments = next(forge.read_cases(sys.argv[4]))
        connection = daemonrpc.Connection(sys.argv[2], sys.argv[3])
        kind, payload = connection.answer(connection.request(method, count, arguments, 1 << 20 if streams else 0))
        print("RESULT" if kind == daemonrpc.RESULT else "%d %r" % (kind, payload))
        """;

    private DaemonClientOptions Options() => new()
    {
        RuntimeDirectory = Sandbox.RuntimeDirectory,
        Launch = DaemonLaunch.Executable(TestProgram.Path, ["forged"]),
        StartTimeout = Limits.Generous,
    };

    private static async Task HonestAsync(ForgedServiceClient client)
    {
        Assert.Equal("6", await client.TextAsync("honest").InTime());
        Assert.Contains("name ä", await client.RecordAsync(ForgedCases.Record).InTime(), StringComparison.Ordinal);
        Assert.Equal("3", await client.TreeAsync(ForgedCases.Tree).InTime());
    }

    private static string FindPython()
    {
        string? python = StrangersClient.Python;
        Assert.SkipWhen(python is null, "There is no python3 on this machine; the stranger's client is written in it.");
        return python;
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>The most memory that a process ever held, in bytes.</summary>
    private static long PeakMemory(int processId)
    {
        string line = File.ReadLines($"/proc/{processId}/status").Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
