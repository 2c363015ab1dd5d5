using System.Text.RegularExpressions;

namespace DaemonRpc.Docs.Tests.Infrastructure;

/// <summary>A link of a page to something else in this repository.</summary>
/// <param name="Page">The page's path.</param>
/// <param name="Line">Where it stands, from 1.</param>
/// <param name="Target">What it names: a path relative to the page, an anchor, or both.</param>
internal sealed partial record Link(string Page, int Line, string Target)
{
    public static IEnumerable<Link> In(string page)
    {
        bool isCode = false;
        string[] lines = Repository.Read(page).Split('\n');
        for (int line = 0; line < lines.Length; line++)
        {
            isCode ^= lines[line].TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (isCode)
            {
                continue;
            }

            foreach (Match match in Inline().Matches(Code().Replace(lines[line], "")))
            {
                string target = match.Groups["target"].Value;
                if (!target.Contains("://", StringComparison.Ordinal))
                {
                    yield return new Link(page, line + 1, target);
                }
            }
        }
    }

    /// <summary>Why it leads nowhere, or null.</summary>
    public string? Fault()
    {
        string[] parts = Target.Split('#', 2);
        string path = parts[0].Length == 0 ? Page : Path.GetRelativePath(Repository.Folder, Path.GetFullPath(Path.Combine(Repository.Folder, Path.GetDirectoryName(Page)!, parts[0])));
        string full = Path.Combine(Repository.Folder, path);
        return !File.Exists(full) && !Directory.Exists(full) ? $"{this}: there is no {path}"
            : parts.Length == 2 && !Headings.Of(path).Contains(parts[1]) ? $"{this}: {path} has no heading for #{parts[1]}; it has {string.Join(", ", Headings.Of(path))}"
            : null;
    }

    public override string ToString() => $"{Page}({Line}): {Target}";

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Inline();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();
}
