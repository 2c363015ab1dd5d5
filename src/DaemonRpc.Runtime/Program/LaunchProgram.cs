namespace DaemonRpc.Program;

/// <summary>The program to start as the daemon.</summary>
internal sealed record LaunchProgram(string Path, IReadOnlyList<string> Arguments)
{
    private static readonly Dictionary<string, string?> s_none = [];

    /// <summary>The launch variables added to every daemon's environment; a null value removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = s_none;

    /// <summary>What to do if the program does not exist; null if there is no advice.</summary>
    public string? Advice { get; init; }

    /// <summary>Returns the program that the options name; null when nothing is to be started.</summary>
    public static LaunchProgram? From(DaemonLaunch launch, IReadOnlyDictionary<string, string?>? environment = null) => launch.Kind switch
    {
        DaemonLaunchKind.None => null,
        DaemonLaunchKind.Executable => new LaunchProgram(launch.Path!, launch.Arguments) { Environment = environment ?? s_none, Advice = launch.Advice },
        _ => This with { Environment = environment ?? s_none },
    };

    /// <summary>The file that identifies the program: the executable, or the assembly that the shared host runs.</summary>
    public string MainFile => IsSharedHost(Path) && Arguments is [var first, ..] && IsAssembly(first) ? first : Path;

    /// <summary>The running program: its executable, or the shared host with the program's assembly.</summary>
    public static LaunchProgram This
    {
        get
        {
            string path = System.Environment.ProcessPath
                ?? throw new DaemonStartException("The path of this program is not known, so that it cannot be started as the daemon. Set DaemonClientOptions.Launch to DaemonLaunch.Executable(...).");
            // With "dotnet app.dll" the executable is only the host. GetCommandLineArgs lists the assembly first.
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
