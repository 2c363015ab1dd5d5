using System.Globalization;
using System.Text.RegularExpressions;
using CodeSearch.Contract;

namespace CodeSearch.Searching;

/// <summary>Finds the lines of one file that match.</summary>
/// <param name="literal">Bytes that every hit holds; empty when none are known.</param>
/// <param name="matcher">Decides about a line.</param>
/// <param name="pathsOnly">Whether the first hit ends the search.</param>
internal ref struct LineScanner(ReadOnlySpan<byte> literal, ILineMatcher matcher, bool pathsOnly)
{
    /// <summary>A line must fit into one message to the client.</summary>
    private const int LongestLine = 64 * 1024 * 1024;

    private readonly ReadOnlySpan<byte> _literal = literal;
    private int _lineNumber = 1;

    /// <summary>Adds the hits of a text.</summary>
    /// <remarks>Lines end at a line feed; a carriage return before it is part of the line, as for grep.</remarks>
    public void Scan(ReadOnlySpan<byte> text, HitsBuilder hits, CancellationToken cancellationToken)
    {
        while (SkipToCandidate(ref text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            if (IsMatch(line))
            {
                if (pathsOnly)
                {
                    hits.AddPath();
                    return;
                }

                AddHit(line, hits);
            }

            text = end < 0 ? [] : text[(end + 1)..];
            _lineNumber++;
        }
    }

    private readonly void AddHit(ReadOnlySpan<byte> line, HitsBuilder hits)
    {
        if (line.Length > LongestLine)
        {
            hits.AddProblem(string.Create(CultureInfo.InvariantCulture, $"Line {_lineNumber} is a hit, but too long to be shown"));
        }
        else
        {
            hits.Add(_lineNumber, line);
        }
    }

    // Most lines do not hold the literal, and finding the next that does is much faster than deciding about each.
    private bool SkipToCandidate(ref ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || _literal.IsEmpty)
        {
            return !text.IsEmpty;
        }

        int found = text.IndexOf(_literal);
        if (found < 0)
        {
            return false;
        }

        int lineStart = text[..found].LastIndexOf((byte)'\n') + 1;
        _lineNumber += text[..lineStart].Count((byte)'\n');
        text = text[lineStart..];
        return true;
    }

    private readonly bool IsMatch(ReadOnlySpan<byte> line)
    {
        try
        {
            return matcher.IsMatch(line);
        }
        catch (Exception e) when (e is RegexMatchTimeoutException or OverflowException)
        {
            // An overflow is .NET's way to say that backtracking needed more memory than an array can hold.
            throw new PatternProblem(string.Create(CultureInfo.InvariantCulture, $"The expression takes too long on line {_lineNumber}")).ToException();
        }
    }
}
