using WarmRoslyn.Contract;
using WarmRoslyn.Output;

namespace WarmRoslyn.Tests.Infrastructure;

/// <summary>Answers as lines that a test can compare.</summary>
internal static class Answers
{
    /// <summary>Errors and warnings in the form of MSBuild, sorted, with paths from a folder.</summary>
    public static async Task<string[]> DiagnosticsAsync(this WarmRoslynClient client, string root, DiagnosticQuery? query = null)
    {
        using var limit = new CancellationTokenSource(Shell.Limit);
        return Lines(await client.DiagnosticsAsync(query ?? new DiagnosticQuery(), limit.Token).ToArrayAsync(limit.Token), root);
    }

    public static string[] Lines(IEnumerable<CodeDiagnostic> diagnostics, string root) =>
        [.. diagnostics.Select(diagnostic => Texts.Of(diagnostic).Replace(root + "/", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
