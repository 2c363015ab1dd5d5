namespace CodeSearch.Commands;

/// <summary>The tool's exit codes: those of grep, and a few beyond.</summary>
internal static class ExitCode
{
    /// <summary>There were hits; or the command did what it says.</summary>
    public const int Found = 0;

    /// <summary>There was no hit; no daemon to ask; nothing to cancel.</summary>
    public const int Nothing = 1;

    /// <summary>Something went wrong, if only that one file could not be read.</summary>
    public const int Error = 2;

    /// <summary>Another task runs: try again later. EX_TEMPFAIL of sysexits.h.</summary>
    public const int Busy = 75;

    /// <summary>The task was cancelled, by Ctrl-C or by somebody else: what a shell says of SIGINT.</summary>
    public const int Cancelled = 130;

    /// <summary>Nobody reads the output any more, as in <c>codesearch … | head</c>: what a shell says of SIGPIPE.</summary>
    public const int OutputClosed = 141;
}
