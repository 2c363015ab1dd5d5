using System.Reflection;
using System.Text.Json;

namespace DaemonRpc.Tool.Tests.Infrastructure;

/// <summary>The tool, as a process of its own in a sandbox.</summary>
internal static class Tool
{
    private static string Path { get; } =
        typeof(Tool).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "Tool").Value!;

    /// <summary>A client of a daemon that is ready and has written into its log who it is.</summary>
    public static async Task<TestServiceClient> ReadyAsync(this DaemonSandbox sandbox, string instance = "", params string[] daemonArguments)
    {
        DaemonClientOptions options = sandbox.Options(daemonArguments);
        options.Instance = instance;
        TestServiceClient client = await sandbox.ConnectAsync(options);
        _ = await client.AddAsync(1).InTime();
        string named = $"(process {client.Daemon.ProcessId}, ";
        await FileChange.UntilAsync(sandbox.RuntimeDirectory, () => sandbox.Log.Any(line => line.Contains(named, StringComparison.Ordinal)));
        return client;
    }

    /// <summary>A daemon that was ready and was then stopped with SIGSTOP.</summary>
    public static async Task<WatchedProcess> FrozenAsync(this DaemonSandbox sandbox, string instance = "")
    {
        WatchedProcess daemon = WatchedProcess.Of((await sandbox.ReadyAsync(instance)).Daemon.ProcessId);
        await daemon.FreezeAsync();
        return daemon;
    }

    /// <summary>Kills a daemon that was ready, and returns its process id, which no process has any more.</summary>
    public static async Task<int> KilledAsync(this DaemonSandbox sandbox)
    {
        using WatchedProcess daemon = WatchedProcess.Of((await sandbox.ReadyAsync()).Daemon.ProcessId);
        await daemon.KillAsync();
        await daemon.ReapedAsync();
        return daemon.Id;
    }

    // On a busy machine a healthy daemon may take longer than the second that people wait.
    private static readonly string[] s_patience = ["--timeout", "60"];

    /// <summary>Starts the tool with its output in a pipe. Without a timeout among the arguments, it has a generous one.</summary>
    public static ToolProcess StartDaemonRpc(this DaemonSandbox sandbox, params string[] arguments) =>
        sandbox.Start(Path, arguments.Contains("--timeout") ? arguments : [.. arguments, .. s_patience]);

    /// <summary>Runs the tool and returns the lines of its output, those of standard error marked.</summary>
    public static async Task<IReadOnlyList<string>> DaemonRpcAsync(this DaemonSandbox sandbox, int exitCode, params string[] arguments) =>
        (await sandbox.StartDaemonRpc(arguments).EndedAsync(exitCode)).Lines;

    /// <summary>Runs the tool and reads its output, which must be JSON and nothing else.</summary>
    public static async Task<JsonElement> DaemonRpcJsonAsync(this DaemonSandbox sandbox, int exitCode, params string[] arguments)
    {
        IReadOnlyList<string> lines = await sandbox.DaemonRpcAsync(exitCode, arguments);
        using var document = JsonDocument.Parse(string.Join('\n', lines.Where(static line => !line.StartsWith("error: ", StringComparison.Ordinal))));
        JsonElement root = document.RootElement.Clone();
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        return root;
    }

    /// <summary>Starts a shell's command line in a pseudo-terminal in which the tool is <c>$TOOL</c>.</summary>
    /// <remarks>The end of <c>script</c> comes after that of its command, with that one's exit code.</remarks>
    public static ToolProcess StartInTerminal(this DaemonSandbox sandbox, string command, Action<IDictionary<string, string?>>? change = null) => sandbox.Start(
        "script",
        ["--quiet", "--return", "--flush", "--command", $"stty cols 250 rows 50; {command}", "/dev/null"],
        environment =>
        {
            environment["TOOL"] = Path;
            environment["TERM"] = "xterm-256color";
            environment["SHELL"] = "/bin/sh";
            _ = environment.Remove("NO_COLOR");
            change?.Invoke(environment);
        });

    /// <summary>Starts a shell's command line in which the tool is <c>$TOOL</c> and the test service's id <c>$ID</c>.</summary>
    public static ToolProcess StartInShell(this DaemonSandbox sandbox, string command) => sandbox.Start("/bin/bash", ["-c", command], environment =>
    {
        environment["TOOL"] = Path;
        environment["ID"] = DaemonSandbox.Id;
    });

    /// <summary>The names of an object's fields, in their order.</summary>
    public static IEnumerable<string> FieldNames(this JsonElement element) => element.EnumerateObject().Select(static field => field.Name);
}
