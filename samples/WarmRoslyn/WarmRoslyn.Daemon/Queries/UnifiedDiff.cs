using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace WarmRoslyn.Queries;

/// <summary>Writes what differs between two texts, as <c>diff -u</c> does.</summary>
/// <remarks>A rename replaces words, so the lines correspond one to one. Where they do not, everything from the first different line to the last is replaced.</remarks>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The hunks, without the file names.</summary>
    public static string Hunks(SourceText before, SourceText after)
    {
        string[] old = LinesOf(before);
        string[] @new = LinesOf(after);
        StringBuilder diff = new();
        if (old.Length != @new.Length)
        {
            int start = old.Zip(@new).TakeWhile(pair => pair.First == pair.Second).Count();
            int end = old.Skip(start).Reverse().Zip(@new.Skip(start).Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
            Write(diff, old, @new, [(start, old.Length - end, @new.Length - end)]);
            return diff.ToString();
        }

        List<(int Start, int OldEnd, int NewEnd)> hunk = [];
        for (int line = 0; line < old.Length; line++)
        {
            if (old[line] == @new[line])
            {
                continue;
            }

            if (hunk.Count > 0 && line - hunk[^1].OldEnd > 2 * Context)
            {
                Write(diff, old, @new, hunk);
                hunk.Clear();
            }

            hunk.Add((line, line + 1, line + 1));
        }

        Write(diff, old, @new, hunk);
        return diff.ToString();
    }

    /// <summary>Writes one hunk.</summary>
    /// <param name="diff">What is written to.</param>
    /// <param name="old">The old lines.</param>
    /// <param name="new">The new lines.</param>
    /// <param name="changes">The changed lines, which begin at the same number in both texts.</param>
    private static void Write(StringBuilder diff, string[] old, string[] @new, List<(int Start, int OldEnd, int NewEnd)> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        int start = Math.Max(0, changes[0].Start - Context);
        int oldEnd = Math.Min(old.Length, changes[^1].OldEnd + Context);
        int newEnd = changes[^1].NewEnd + oldEnd - changes[^1].OldEnd;
        _ = diff.Append(CultureInfo.InvariantCulture, $"@@ -{Range(start, oldEnd)} +{Range(start, newEnd)} @@\n");
        int line = start;
        foreach ((int from, int oldTo, int newTo) in Joined(changes))
        {
            Write(diff, ' ', old[line..from]);
            Write(diff, '-', old[from..oldTo]);
            Write(diff, '+', @new[from..newTo]);
            line = oldTo;
        }

        Write(diff, ' ', old[line..oldEnd]);
    }

    /// <summary>Joins changes that follow each other without a line in between.</summary>
    private static List<(int Start, int OldEnd, int NewEnd)> Joined(List<(int Start, int OldEnd, int NewEnd)> changes)
    {
        List<(int Start, int OldEnd, int NewEnd)> joined = [changes[0]];
        foreach ((int start, int oldEnd, int newEnd) in changes.Skip(1))
        {
            if (joined[^1].OldEnd == start)
            {
                joined[^1] = (joined[^1].Start, oldEnd, newEnd);
            }
            else
            {
                joined.Add((start, oldEnd, newEnd));
            }
        }

        return joined;
    }

    private static void Write(StringBuilder diff, char sign, string[] lines)
    {
        foreach (string line in lines)
        {
            _ = diff.Append(sign).Append(line).Append(line.EndsWith('\n') ? "" : "\n\\ No newline at end of file\n");
        }
    }

    private static string Range(int start, int end) => string.Create(CultureInfo.InvariantCulture, $"{(end > start ? start + 1 : start)},{end - start}");

    /// <summary>The lines with their ends.</summary>
    private static string[] LinesOf(SourceText text)
    {
        string[] lines = text.ToString().Split('\n');
        return [.. lines.Take(lines.Length - 1).Select(line => line + "\n"), .. lines.TakeLast(1).Where(line => line.Length > 0)];
    }
}
