namespace DaemonRpc.Tool.Commands;

/// <summary>The command cannot be done. The message tells the user why, and what to do.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
