using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>A contender's own place in the system: a folder, at most one daemon, and clients that find it there.</summary>
internal sealed class Site : IDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(10);

    private readonly Workspace _workspace;
    private readonly string _program;
    private readonly string _output;
    private readonly int? _processor;
    private readonly Dictionary<string, string> _environment;

    /// <param name="workspace">Where.</param>
    /// <param name="publications">The programs.</param>
    /// <param name="contender">Whose.</param>
    /// <param name="processor">Where everything here runs, or null for anywhere.</param>
    public Site(Workspace workspace, Publications publications, Contender contender, int? processor)
    {
        _workspace = workspace;
        Contender = contender;
        _processor = processor;
        _program = publications.Program(contender.Project, contender.Mode);
        Folder = workspace.NewFolder();
        _output = Path.Combine(Folder, "output");
        _environment = CreateEnvironment(Folder);
    }

    public Contender Contender { get; }

    public string Folder { get; }

    /// <summary>One whole client process: it starts the daemon if none runs.</summary>
    public ProcessTime Call() => Call(_environment);

    /// <summary>A whole client process that finds no daemon. All is ended when the daemon has come to a point of its start.</summary>
    /// <returns>How long that took.</returns>
    public TimeSpan CallUntil(string startupPoint)
    {
        const string Reached = "reached";
        using var watcher = new FileSystemWatcher(Folder, Reached) { NotifyFilter = NotifyFilters.FileName };
        using var reached = new ManualResetEventSlim();
        watcher.Created += (_, _) => reached.Set();
        watcher.EnableRaisingEvents = true;
        var environment = new Dictionary<string, string>(_environment)
        {
            ["DAEMONRPC_TEST_STARTUP_POINT"] = $"{startupPoint},stop,{Path.Combine(Folder, Reached)}",
        };
        long begun = Stopwatch.GetTimestamp();
        Task<ProcessTime> call = Task.Factory.StartNew(() => Call(environment), TaskCreationOptions.LongRunning);
        if (!reached.Wait(s_startLimit))
        {
            throw _workspace.Failure($"{Contender.Name} did not come to '{startupPoint}'.");
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
        MarkedProcesses.Kill(Folder);

        // It was killed, and says so.
        _ = Task.WaitAny(call);
        _ = call.Exception;
        return elapsed;
    }

    /// <summary>A client of the daemon, which must run.</summary>
    public WarmClient Connect() => new(_workspace, _program, Contender.Arguments("warm", Folder), _environment, _processor);

    /// <summary>The daemon's process.</summary>
    public int FindDaemon() =>
        MarkedProcesses.Find(Folder) is [int daemon] ? daemon : throw _workspace.Failure($"{Contender.Name} does not have exactly one daemon.");

    /// <summary>Ends the daemon and removes its files: the next client meets what the very first one met.</summary>
    public void Reset()
    {
        MarkedProcesses.Kill(Folder);
        foreach (string file in Directory.EnumerateFiles(Folder))
        {
            File.Delete(file);
        }
    }

    public void Dispose() => MarkedProcesses.Kill(Folder);

    /// <summary>What a program needs, and nothing that "dotnet run" added.</summary>
    public static Dictionary<string, string> CreateEnvironment(string folder)
    {
        var environment = new Dictionary<string, string>
        {
            [MarkedProcesses.Variable] = folder,
            // The runtime leaves its diagnostics pipes there when it is killed.
            ["TMPDIR"] = folder,
            // Wherever the driver's own runtime is: <root>/shared/Microsoft.NETCore.App/<version>/.
            ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")),
        };
        foreach (string name in (string[])["PATH", "HOME", "USER", "LANG"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        return environment;
    }

    private ProcessTime Call(Dictionary<string, string> environment)
    {
        using var pin = new Pin(_processor);
        return TimedProcess.Run(_workspace, _program, Contender.Arguments("call", Folder), environment, _output);
    }
}
