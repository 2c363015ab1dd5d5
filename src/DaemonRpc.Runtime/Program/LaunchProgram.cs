namespace DaemonRpc.Program;

/// <summary>The program that is to be the daemon.</summary>
internal sealed record LaunchProgram(string Path, IReadOnlyList<string> Arguments)
{
    private static readonly Dictionary<string, string?> s_none = [];

    /// <summary>What it gets beside the environment of every daemon; null takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = s_none;

    /// <summary>What the options name. Null when nothing is to be started.</summary>
    public static LaunchProgram? From(DaemonLaunch launch, IReadOnlyDictionary<string, string?>? environment = null) => launch.Kind switch
    {
        DaemonLaunchKind.None => null,
        DaemonLaunchKind.Executable => new LaunchProgram(launch.Path!, launch.Arguments) { Environment = environment ?? s_none },
        _ => This with { Environment = environment ?? s_none },
    };

    /// <summary>The file that is the program: the executable, or the assembly that the shared host is to run.</summary>
    public string MainFile => IsSharedHost(Path) && Arguments is [var first, ..] && IsAssembly(first) ? first : Path;

    /// <summary>The program that runs: its executable, or the shared host with the program's assembly.</summary>
    public static LaunchProgram This
    {
        get
        {
            string path = System.Environment.ProcessPath
                ?? throw new DaemonStartException("The path of this program is not known, so that it cannot be started as the daemon. Set DaemonClientOptions.Launch to DaemonLaunch.Executable(...).");
            // "dotnet app.dll": the host is not the program. GetCommandLineArgs puts the assembly first.
            string first = System.Environment.GetCommandLineArgs()[0];
            return IsSharedHost(path) && IsAssembly(first)
                ? new LaunchProgram(path, [System.IO.Path.GetFullPath(first)])
                : new LaunchProgram(path, []);
        }
    }

    private static bool IsSharedHost(string path) =>
        string.Equals(System.IO.Path.GetFileNameWithoutExtension(path), "dotnet", StringComparison.OrdinalIgnoreCase);

    private static bool IsAssembly(string argument) => argument.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
}
