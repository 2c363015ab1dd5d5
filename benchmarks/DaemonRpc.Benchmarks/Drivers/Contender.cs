namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>How a program is made.</summary>
internal enum PublishMode
{
    Aot,
    ReadyToRun,
    Jit,
}

/// <summary>What client and daemon are.</summary>
internal enum ProgramKind
{
    /// <summary>Read and write of the C library: the floor.</summary>
    BareSyscalls,

    /// <summary>.NET's sockets, blocking.</summary>
    BareSockets,

    DaemonRpc,
}

/// <summary>One of those that are compared.</summary>
internal sealed record Contender(ProgramKind Kind, PublishMode Mode)
{
    public string Name => Kind switch
    {
        ProgramKind.BareSyscalls => "bare read/write",
        ProgramKind.BareSockets => "bare socket",
        _ => "DaemonRpc",
    } + Mode switch
    {
        PublishMode.Aot => ", AOT",
        PublishMode.ReadyToRun => ", ReadyToRun",
        _ => ", JIT",
    };

    /// <summary>The project, which is also the name of the program.</summary>
    public string Project => Kind == ProgramKind.DaemonRpc ? "DaemonRpc.Benchmarks.Tool" : "DaemonRpc.Benchmarks.Bare";

    /// <summary>What its ratio is taken to.</summary>
    public Contender Baseline => this with { Kind = ProgramKind.BareSockets };

    /// <summary>The command line of a client.</summary>
    public string[] Arguments(string command, string folder) => Kind switch
    {
        ProgramKind.DaemonRpc => [command],
        ProgramKind.BareSockets => [command, Path.Combine(folder, "echo.sock"), "sockets"],
        _ => [command, Path.Combine(folder, "echo.sock"), "syscalls"],
    };
}
