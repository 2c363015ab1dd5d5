namespace DaemonRpc.Lifecycle;

/// <summary>The program that is to be the daemon.</summary>
internal sealed record LaunchProgram(string Path, IReadOnlyList<string> Arguments)
{
    /// <summary>What the options name. Null when nothing is to be started.</summary>
    public static LaunchProgram? From(DaemonLaunch launch) => launch.Kind switch
    {
        DaemonLaunchKind.None => null,
        DaemonLaunchKind.Executable => new LaunchProgram(launch.Path!, launch.Arguments),
        _ => This,
    };

    /// <summary>The file that is the program: the executable, or the assembly that the shared host is to run.</summary>
    public string MainFile => IsSharedHost(Path) && Arguments is [var first, ..] && IsAssembly(first) ? first : Path;

    /// <summary>The program that runs, with the arguments that it runs with: what a daemon starts in its place.</summary>
    public static LaunchProgram Again
    {
        get
        {
            LaunchProgram program = This;
            return program with { Arguments = [.. program.Arguments, .. Environment.GetCommandLineArgs()[1..]] };
        }
    }

    /// <summary>The arguments of the executable that runs. With the shared host the first is the program's assembly.</summary>
    public static IReadOnlyList<string> RunningArguments => Environment.ProcessPath is null ? Environment.GetCommandLineArgs()[1..] : Again.Arguments;

    /// <summary>The program that runs: its executable, or the shared host with the program's assembly.</summary>
    public static LaunchProgram This
    {
        get
        {
            string path = Environment.ProcessPath
                ?? throw new DaemonStartException("The path of this program is not known, so that it cannot be started as the daemon. Set DaemonClientOptions.Launch to DaemonLaunch.Executable(...).");
            // "dotnet app.dll": the host is not the program. GetCommandLineArgs puts the assembly first.
            string first = Environment.GetCommandLineArgs()[0];
            return IsSharedHost(path) && IsAssembly(first)
                ? new LaunchProgram(path, [System.IO.Path.GetFullPath(first)])
                : new LaunchProgram(path, []);
        }
    }

    private static bool IsSharedHost(string path) =>
        string.Equals(System.IO.Path.GetFileNameWithoutExtension(path), "dotnet", StringComparison.OrdinalIgnoreCase);

    private static bool IsAssembly(string argument) => argument.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
}
