using System.Globalization;
using DaemonRpc;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Output;

/// <summary>Words for people.</summary>
internal static class Texts
{
    /// <summary>A diagnostic in the form of MSBuild, which editors understand.</summary>
    public static string Of(CodeDiagnostic diagnostic)
    {
        string place = diagnostic.Path is null ? diagnostic.Project : string.Create(CultureInfo.InvariantCulture, $"{Short(diagnostic.Path)}({diagnostic.Line},{diagnostic.Column})");
        return $"{place}: {diagnostic.Severity.ToString().ToLowerInvariant()} {diagnostic.Id}: {diagnostic.Message} [{diagnostic.Project}]";
    }

    /// <summary>A path from the current folder, if it is below.</summary>
    public static string Short(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    public static void Summarize(int errors, int warnings) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{errors} errors, {warnings} warnings"));

    public static void Summarize(int errors, int warnings, TimeSpan time, DaemonOrigin origin) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{errors} errors, {warnings} warnings, {time.TotalSeconds:0.000} s (daemon {origin.ToString().ToLowerInvariant()})"));
}
