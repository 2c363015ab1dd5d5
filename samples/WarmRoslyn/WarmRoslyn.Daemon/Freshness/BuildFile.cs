using System.Text.RegularExpressions;

namespace WarmRoslyn.Freshness;

/// <summary>The files that say how projects are built.</summary>
internal static partial class BuildFile
{
    private static readonly string[] s_extensions =
        [".csproj", ".props", ".targets", ".projitems", ".rsp", ".ruleset", ".editorconfig", ".globalconfig", ".sln", ".slnx"];

    private static readonly string[] s_names = ["global.json", "nuget.config", "packages.lock.json", ".editorconfig", ".globalconfig"];

    /// <summary>What MSBuild, NuGet and the compiler look for in the folders above a project.</summary>
    private static readonly string[] s_inherited =
    [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp", "Directory.Packages.props", "Directory.Solution.props",
        "Directory.Solution.targets", "global.json", "nuget.config", "NuGet.Config", ".editorconfig", ".globalconfig",
    ];

    /// <summary>Whether the file may concern any project.</summary>
    public static bool Is(string path) =>
        s_extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
        || s_names.Contains(Path.GetFileName(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The files above a folder that count, whether they exist or not: they may come to exist.</summary>
    public static IEnumerable<string> Above(string folder)
    {
        for (string? parent = Path.GetDirectoryName(folder); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            foreach (string name in s_inherited)
            {
                yield return Path.Combine(parent, name);
            }
        }
    }

    /// <summary>The files that a project's file imports, and those that they import, as far as their paths are made of folders only.</summary>
    public static IEnumerable<string> ImportsOf(string file, string text)
    {
        string folder = Path.GetDirectoryName(file)! + Path.DirectorySeparatorChar;
        foreach (Match match in Import().Matches(text))
        {
            string import = match.Groups[1].Value
                .Replace("$(MSBuildThisFileDirectory)", folder, StringComparison.OrdinalIgnoreCase)
                .Replace("$(MSBuildProjectDirectory)", folder, StringComparison.OrdinalIgnoreCase)
                .Replace('\\', '/');
            if (!import.Contains('$', StringComparison.Ordinal) && !import.Contains('*', StringComparison.Ordinal))
            {
                yield return Path.GetFullPath(import, folder);
            }
        }
    }

    /// <summary>Whether a project's file takes in files by a pattern that leads out of its folder.</summary>
    public static bool ReachesFar(string text) => FarPattern().IsMatch(text);

    [GeneratedRegex("""<Import\s[^>]*?Project\s*=\s*"([^"]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Import();

    [GeneratedRegex("""<(Compile|AdditionalFiles)\s[^>]*?Include\s*=\s*"(/|[^"]*(\.\.|\$\(|;\s*/))[^"]*\*""", RegexOptions.IgnoreCase)]
    private static partial Regex FarPattern();
}
