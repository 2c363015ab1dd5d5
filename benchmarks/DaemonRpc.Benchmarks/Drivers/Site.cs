using System.Runtime.InteropServices;

namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>A contender's own place in the system: a folder, at most one daemon, and clients that find it there.</summary>
internal sealed class Site : IDisposable
{
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
        _program = publications.Program(contender);
        Folder = workspace.NewFolder();
        _output = Path.Combine(Folder, "output");
        _environment = CreateEnvironment(Folder);
    }

    public Contender Contender { get; }

    public string Folder { get; }

    /// <summary>One whole client process: it starts the daemon if none runs.</summary>
    public ProcessTime Call()
    {
        using var pin = new Pin(_processor);
        return TimedProcess.Run(_workspace, _program, Contender.Arguments("call", Folder), _environment, _output);
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
    private static Dictionary<string, string> CreateEnvironment(string folder)
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
}
