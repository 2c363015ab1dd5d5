namespace DaemonRpc.Tool.Commands;

/// <summary>The tool's exit codes. The page <c>docs/reference/tool.md</c> promises them.</summary>
internal static class ExitCode
{
    /// <summary>The command did what it says.</summary>
    public const int Done = 0;

    /// <summary>There is no such daemon, task or file; for <c>doctor</c>: something should be mended.</summary>
    public const int Nothing = 1;

    /// <summary>The arguments are wrong, or fit several daemons where the command needs one.</summary>
    public const int Usage = 2;

    /// <summary>A daemon is alive but does not answer.</summary>
    public const int Unresponsive = 3;

    /// <summary>Something else went wrong: the runtime directory cannot be used, or a file cannot be read.</summary>
    public const int Failed = 4;

    /// <summary>Ctrl-C, while the command waited: what a shell says of SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>Nobody reads the output any more, as in <c>daemonrpc watch | head</c>: what a shell says of SIGPIPE.</summary>
    public const int OutputClosed = 141;
}
