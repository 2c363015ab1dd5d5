using System.Text.RegularExpressions;

namespace DaemonRpc.Docs.Tests.Infrastructure;

/// <summary>Compiled code that a page may show: what stands between the lines <c>// &lt;name&gt;</c> and <c>// &lt;/name&gt;</c> of a source file, or all of a file.</summary>
internal sealed partial record Region(string File, string Name, string Text)
{
    public static Region[] All { get; } =
    [
        .. new[] { "tests/DaemonRpc.Docs.Tests/Snippets", "tests/DaemonRpc.Docs.Words" }
            .SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Repository.Folder, folder), "*.cs"))
            .Select(static path => Path.GetRelativePath(Repository.Folder, path))
            .SelectMany(In),
    ];

    private static IEnumerable<Region> In(string file)
    {
        string[] lines = Repository.Read(file).Split('\n');
        yield return new Region(file, "", Tidy(lines));
        for (int line = 0; line < lines.Length; line++)
        {
            if (Begin().Match(lines[line]) is { Success: true } begin)
            {
                string name = begin.Groups["name"].Value;
                int end = Array.FindIndex(lines, line, text => text.Trim() == $"// </{name}>");
                Assert.True(end > line, $"{file} begins the region {name} and does not end it.");
                yield return new Region(file, name, Tidy(lines[(line + 1)..end]));
            }
        }
    }

    /// <summary>Without marks, common indentation, and blank lines at the ends.</summary>
    private static string Tidy(string[] lines)
    {
        string[] code = [.. lines.Where(static line => !Mark().IsMatch(line))];
        int indent = code.Where(static line => line.Length > 0).Min(static line => line.Length - line.TrimStart().Length);
        return string.Join('\n', code.Select(line => line.Length >= indent ? line[indent..] : line)).Trim('\n');
    }

    [GeneratedRegex("^ *// <(?<name>[a-z-]+)>$")]
    private static partial Regex Begin();

    [GeneratedRegex("^ *// </?[a-z-]+>$")]
    private static partial Regex Mark();
}
