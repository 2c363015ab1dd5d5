using System.Text.RegularExpressions;

namespace DaemonRpc.Docs.Tests.Infrastructure;

/// <summary>The anchors that GitHub, and docfx, give the headings of a page.</summary>
internal static partial class Headings
{
    public static string[] Of(string page)
    {
        var anchors = new List<string>();
        bool isCode = false;
        foreach (string line in Repository.Read(page).Split('\n'))
        {
            isCode ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (!isCode && Heading().Match(line) is { Success: true } heading)
            {
                string anchor = Dropped().Replace(Linked().Replace(heading.Groups["text"].Value, "$1").ToLowerInvariant(), "").Replace(' ', '-');
                int same = anchors.Count(other => other == anchor);
                anchors.Add(same == 0 ? anchor : $"{anchor}-{same}");
            }
        }

        return [.. anchors];
    }

    [GeneratedRegex("^#{1,6} (?<text>.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Linked();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex Dropped();
}
