using System.Text.RegularExpressions;

namespace DaemonRpc.Docs.Tests.Infrastructure;

/// <summary>The source of the runtime, where its texts are.</summary>
internal static partial class RuntimeSource
{
    private static readonly string[] s_files =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Folder, "src", "DaemonRpc.Runtime"), "*.cs", SearchOption.AllDirectories)
            .Where(static path => !path.Split('/').Any(static part => part is "obj" or "bin")),
    ];

    /// <summary>All of it, with texts that are put together from pieces joined, and without the marks before quotes.</summary>
    public static string Texts { get; } = string.Join('\n', s_files.Select(static path => Joint().Replace(File.ReadAllText(path), "").Replace("\\\"", "\"", StringComparison.Ordinal)));

    public static string[] Lines(string file) => File.ReadAllLines(s_files.Single(path => Path.GetFileName(path) == file));

    [GeneratedRegex("\"\\s*\\+\\s*\\$?\"")]
    private static partial Regex Joint();
}
