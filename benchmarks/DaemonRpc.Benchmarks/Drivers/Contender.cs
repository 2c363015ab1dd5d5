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

    /// <summary>The same, which receives each message into a new array: what an API costs that hands out arrays.</summary>
    BareArrays,

    DaemonRpc,

    /// <summary>The same, by a contract whose call takes and returns a record: what a first record costs a process.</summary>
    DaemonRpcRecord,

    /// <summary>DaemonRpc by a contract that also passes streams: what the start of .NET's socket threads costs a daemon.</summary>
    DaemonRpcStreams,

    StreamJsonRpc,

    Grpc,
}

/// <summary>One of those that are compared.</summary>
internal sealed record Contender(ProgramKind Kind, PublishMode Mode)
{
    public string Name => Kind switch
    {
        ProgramKind.BareSyscalls => "bare read/write",
        ProgramKind.BareSockets => "bare socket",
        ProgramKind.BareArrays => "bare socket, new arrays",
        ProgramKind.DaemonRpc => "DaemonRpc",
        ProgramKind.DaemonRpcRecord => "DaemonRpc, a record",
        ProgramKind.DaemonRpcStreams => "DaemonRpc, contract with streams",
        ProgramKind.StreamJsonRpc => "StreamJsonRpc",
        _ => "gRPC",
    } + Mode switch
    {
        PublishMode.Aot => ", AOT",
        PublishMode.ReadyToRun => ", ReadyToRun",
        _ => ", JIT",
    };

    /// <summary>The project, which is also the name of the program.</summary>
    public string Project => Kind switch
    {
        ProgramKind.DaemonRpc or ProgramKind.DaemonRpcRecord or ProgramKind.DaemonRpcStreams => "DaemonRpc.Benchmarks.Tool",
        ProgramKind.StreamJsonRpc or ProgramKind.Grpc => "DaemonRpc.Benchmarks.Peers",
        _ => "DaemonRpc.Benchmarks.Bare",
    };

    /// <summary>Whether it is somebody else's, and so much slower that it is called less often.</summary>
    public bool IsPeer => Kind is ProgramKind.StreamJsonRpc or ProgramKind.Grpc;

    /// <summary>Whether its daemon cannot be asked what it allocates.</summary>
    public bool IsBare => Kind is ProgramKind.BareSyscalls or ProgramKind.BareSockets or ProgramKind.BareArrays;

    /// <summary>What its ratio is taken to.</summary>
    public Contender Baseline => this with { Kind = ProgramKind.BareSockets };

    /// <summary>The command line of a client.</summary>
    public string[] Arguments(string command, string folder) => Kind switch
    {
        ProgramKind.DaemonRpc => [command],
        ProgramKind.DaemonRpcRecord => [command + "-record"],
        ProgramKind.DaemonRpcStreams => [command + "-streams"],
        ProgramKind.BareSockets => [command, Path.Combine(folder, "echo.sock"), "sockets"],
        ProgramKind.BareArrays => [command, Path.Combine(folder, "echo.sock"), "arrays"],
        ProgramKind.BareSyscalls => [command, Path.Combine(folder, "echo.sock"), "syscalls"],
        _ => [command, Path.Combine(folder, "echo.sock"), Kind.ToString().ToLowerInvariant()],
    };
}
