using System.Reflection;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>The source files of the product, and the pages about it, as they were when this was built.</summary>
internal static class Sources
{
    private static readonly string s_folder = typeof(Sources).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "SourceFolder")
        .Value!;

    public static IReadOnlyList<SourceFile> All { get; } = Below("");

    public static IReadOnlyList<SourceFile> Runtime { get; } = Below("DaemonRpc.Runtime");

    /// <summary>What the SDK adds to the runtime's sources.</summary>
    public static IReadOnlyList<SourceFile> AddedToRuntime { get; } =
        [new SourceFile("GlobalUsings.cs", "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;")];

    /// <summary>The assemblies that the runtime refers to, and more.</summary>
    public static IEnumerable<string> References => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(static path => !Path.GetFileName(path).StartsWith("DaemonRpc.", StringComparison.Ordinal));

    /// <summary>A page of the documentation.</summary>
    public static string Page(string name) => File.ReadAllText(Path.Combine(s_folder, "..", "docs", name));

    public static void WritePage(string name, string text) => File.WriteAllText(Path.Combine(s_folder, "..", "docs", name), text);

    private static SourceFile[] Below(string folder) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(s_folder, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Path.Combine(s_folder, folder), path))
            .Where(path => !path.Split('/').Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(s_folder, folder, path)))),
    ];
}

/// <summary>One file; its path is relative, with slashes.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public override string ToString() => Path;
}
