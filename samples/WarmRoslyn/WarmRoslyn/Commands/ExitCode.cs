namespace WarmRoslyn.Commands;

/// <summary>The tool's exit codes: those of a compiler, and a few beyond.</summary>
internal static class ExitCode
{
    /// <summary>No error; or the command found what it looked for.</summary>
    public const int Success = 0;

    /// <summary>The code has errors; or nothing was found.</summary>
    public const int Errors = 1;

    /// <summary>There is no answer: no solution, a wrong command line, a failed daemon.</summary>
    public const int Failure = 2;

    /// <summary>Cancelled, by Ctrl-C or by somebody else: what a shell says of SIGINT.</summary>
    public const int Cancelled = 130;
}
