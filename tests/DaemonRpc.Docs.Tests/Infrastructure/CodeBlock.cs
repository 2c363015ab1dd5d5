namespace DaemonRpc.Docs.Tests.Infrastructure;

/// <summary>A block of C# in a page.</summary>
/// <param name="Page">The page's path.</param>
/// <param name="Line">The line of its first line of code, from 1.</param>
/// <param name="Text">The code.</param>
internal sealed record CodeBlock(string Page, int Line, string Text)
{
    private const string Fence = "```csharp";

    public static IEnumerable<CodeBlock> In(string page)
    {
        string[] lines = Repository.Read(page).Split('\n');
        for (int line = 0; line < lines.Length; line++)
        {
            if (lines[line].Trim() != Fence)
            {
                continue;
            }

            int indent = lines[line].IndexOf(Fence, StringComparison.Ordinal);
            int first = line + 1;
            int end = Array.FindIndex(lines, first, static text => text.Trim() == "```");
            yield return new CodeBlock(page, first + 1, string.Join('\n', lines[first..end].Select(text => text.Length >= indent ? text[indent..] : text)));
            line = end;
        }
    }
}
