namespace CodeSearch.Platform;

/// <summary>The error numbers that are not the user's problem. They are the same on Linux and macOS.</summary>
internal static class Errors
{
    /// <summary>ENOENT: there is no such entry (any more).</summary>
    public const int NoEntry = 2;

    /// <summary>ENOTDIR: what was a directory is none (any more).</summary>
    public const int NotDirectory = 20;
}
