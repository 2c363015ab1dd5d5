using System.Diagnostics;
using System.Reflection;

namespace DaemonRpc.Hosting.Tests.Infrastructure;

/// <summary>A folder with the real daemons of one test, and what they wrote down.</summary>
internal sealed class Place : IAsyncDisposable
{
    private readonly DaemonFixture _fixture = new();

    /// <summary>Whether the test itself ends daemons without a word.</summary>
    public bool AllowsCrashes
    {
        init => _fixture.AllowsCrashes = value;
    }

    public static string Program { get; } =
        typeof(Place).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "TestDaemon").Value!;

    public string RuntimeDirectory => _fixture.RuntimeDirectory;

    /// <summary>What happened in the daemons, in order.</summary>
    public string[] Events => System.IO.File.Exists(EventsFile) ? System.IO.File.ReadAllLines(EventsFile) : [];

    private string EventsFile => File("events");

    public string File(string name) => Path.Combine(_fixture.Folder, name);

    /// <summary>A client that starts the daemon with these arguments of the test program, or, without arguments, starts none.</summary>
    public Task<WorkshopClient> ConnectAsync(params string[] args)
    {
        DaemonClientOptions options = _fixture.ClientOptions(DaemonLaunch.Executable(Program, Arguments(args)));
        options.StartTimeout = Limits.Generous;
        return WorkshopClient.ConnectAsync(options).InTime();
    }

    /// <summary>The options of a client that starts no daemon.</summary>
    public DaemonClientOptions Finding(string instance = "") => new()
    {
        RuntimeDirectory = RuntimeDirectory,
        Launch = DaemonLaunch.None,
        Instance = instance,
    };

    /// <summary>Starts a program that uses these daemons: the daemon in the foreground.</summary>
    public Foreground Start(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo(Program, args is ["activate", ..] ? [.. args[..4], .. Arguments(args[4..])] : Arguments(args))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _fixture.Prepare(start);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Foreground(start);
    }

    /// <summary>Starts the daemon in the foreground and waits until it says that it is ready.</summary>
    public async Task<Foreground> ServeAsync(params string[] args)
    {
        using var manager = new NotifySocket(File("notify"));
        Foreground daemon = Start(manager.Environment, args);
        string said = await Task.WhenAny(manager.ReceiveAsync(), daemon.Ended.ContinueWith(static ended => ended.Result, TaskScheduler.Default)).Unwrap().InTime();
        Assert.StartsWith("READY=1\n", said, StringComparison.Ordinal);
        return daemon;
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private string[] Arguments(string[] args) => [$"--events={EventsFile}", .. args];
}
