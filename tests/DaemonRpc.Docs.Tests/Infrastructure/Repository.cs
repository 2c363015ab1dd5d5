using System.Reflection;

namespace DaemonRpc.Docs.Tests.Infrastructure;

/// <summary>The files of this repository, as they were when the tests were built.</summary>
internal static class Repository
{
    public static string Folder { get; } = BuiltWith("Repository");

    public static string Configuration => BuiltWith("Configuration");

    /// <summary>The pages that people read: those at the root, and everything below docs/. Paths are relative, with slashes.</summary>
    public static string[] Pages { get; } =
    [
        "README.md", "CHANGELOG.md", "CONTRIBUTING.md",
        .. Directory.EnumerateFiles(Path.Combine(Folder, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(static path => Path.GetRelativePath(Folder, path))
            .Order(StringComparer.Ordinal),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Folder, path)).ReplaceLineEndings("\n");

    private static string BuiltWith(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
