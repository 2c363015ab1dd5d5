using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.Generators.ContractFile;

/// <summary>What the contract file says: a line for each method, and one for each type whose members travel.</summary>
internal sealed class RecordedContracts
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "DaemonRpc.Contract.txt";

    private const string Heading = "# What the contracts of this project send, as it was released. The diagnostics DRPC401 to DRPC403 compare the project with it.";

    private static readonly string[] s_kinds = ["enum", "callback", "struct", "union", "collection", "object", "tolerant", "circular"];
    private static readonly string[] s_endsOfName = [" {", " : ", " ["];

    private readonly Dictionary<string, string> _types = [];
    private readonly List<RecordedMethod> _methods = [];
    private readonly List<TextLine> _unreadable = [];
    private readonly List<string> _comments = [];

    public RecordedContracts(SourceText text)
    {
        foreach (TextLine line in text.Lines)
        {
            Read(line, line.ToString().Trim());
        }
    }

    public IReadOnlyList<RecordedMethod> Methods => _methods;

    /// <summary>The lines that are neither methods nor types nor comments.</summary>
    public IReadOnlyList<TextLine> Unreadable => _unreadable;

    /// <summary>Returns a type's line, or null.</summary>
    public string? TypeOf(string name) => _types.TryGetValue(name, out string line) ? line : null;

    /// <summary>Writes a file with other lines and this file's comments.</summary>
    public string With(IEnumerable<string> lines) =>
        string.Concat((_comments.Count == 0 ? [Heading] : _comments).Concat(lines.Distinct().OrderBy(static line => line, StringComparer.Ordinal)).Select(static line => line + "\n"));

    private void Read(TextLine place, string line)
    {
        if (line.Length == 0)
        {
            return;
        }

        if (line[0] == '#')
        {
            _comments.Add(line);
        }
        else if (NameOfType(line) is { } name)
        {
            _types[name] = line;
        }
        else if (RecordedMethod.Read(line) is { } method)
        {
            _methods.Add(method);
        }
        else
        {
            _unreadable.Add(place);
        }
    }

    /// <summary>Returns the name of the type that a line describes, or null if the line describes none.</summary>
    private static string? NameOfType(string line)
    {
        string? kind = s_kinds.FirstOrDefault(kind => line.StartsWith(kind + " ", StringComparison.Ordinal));
        if (kind is null || !line.EndsWith("}", StringComparison.Ordinal))
        {
            return null;
        }

        int start = kind.Length + 1;
        int end = s_endsOfName.Select(text => line.IndexOf(text, start, StringComparison.Ordinal)).Where(static index => index >= 0).DefaultIfEmpty(-1).Min();
        return end < 0 ? null : line.Substring(start, end - start);
    }
}
