using System.Text.RegularExpressions;

namespace DaemonRpc.Docs.Tests.Infrastructure;

/// <summary>The tables of a page.</summary>
internal static partial class TableRows
{
    /// <summary>What stands as code in the first column of each row.</summary>
    public static string[] FirstCodes(string page) =>
    [
        .. Repository.Read(page).Split('\n')
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(static line => Code().Matches(line.Split(" | ", 2)[0]))
            .Select(static code => code.Groups["code"].Value),
    ];

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Code();
}
