using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis.Text;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Queries;

/// <summary>Finds symbols by their name or by a place in a file.</summary>
internal static partial class SymbolSearch
{
    /// <summary>What a name fits: <c>Parse</c>, <c>Json.Parse</c>, <c>Pars*</c>; without type arguments and parameters.</summary>
    public static async Task<IReadOnlyList<ISymbol>> DeclarationsAsync(Solution solution, string name, CancellationToken cancellationToken)
    {
        Regex simple = Pattern(name[(name.LastIndexOf('.') + 1)..], anchor: "^");
        Regex full = Pattern(name, anchor: @"(^|\.)");
        IEnumerable<ISymbol> symbols = await SymbolFinder.FindSourceDeclarationsAsync(solution, simple.IsMatch, SymbolFilter.TypeAndMember, cancellationToken);

        // A file that several projects share declares one symbol for each of them.
        return [.. symbols
            .Where(symbol => !symbol.IsImplicitlyDeclared && full.IsMatch(PathOf(symbol)))
            .DistinctBy(symbol => (symbol.Locations[0].GetLineSpan(), Descriptions.NameOf(symbol)))
            .OrderBy(Descriptions.NameOf, StringComparer.Ordinal)];
    }

    /// <summary>The symbols at a place such as <c>/src/a.cs:12:5</c>, or with a name.</summary>
    public static async Task<IReadOnlyList<ISymbol>> FindAsync(Solution solution, string symbol, CancellationToken cancellationToken)
    {
        IReadOnlyList<ISymbol> found = Place().Match(symbol) is { Success: true } place
            ? await AtAsync(solution, place.Groups[1].Value, Number(place.Groups[2]), Number(place.Groups[3]), cancellationToken)
            : await DeclarationsAsync(solution, symbol, cancellationToken);
        return found.Count > 0 ? found : throw new Problem($"There is no symbol '{symbol}' in the solution's source.").ToException();
    }

    /// <summary>The document of a file.</summary>
    public static Document DocumentOf(Solution solution, string file) =>
        solution.GetDocumentIdsWithFilePath(file).Select(solution.GetDocument).FirstOrDefault(document => document is not null)
        ?? throw new Problem($"{file} is no source file of the solution.").ToException();

    private static async Task<IReadOnlyList<ISymbol>> AtAsync(Solution solution, string file, int line, int column, CancellationToken cancellationToken)
    {
        Document document = DocumentOf(solution, file);
        SourceText text = await document.GetTextAsync(cancellationToken);
        if (line < 1 || line > text.Lines.Count || column < 1 || column > text.Lines[line - 1].Span.Length + 1)
        {
            throw new Problem($"{file} has no line {line} with a column {column}.").ToException();
        }

        return await SymbolFinder.FindSymbolAtPositionAsync(document, text.Lines[line - 1].Start + column - 1, cancellationToken) is { } symbol ? [symbol] : [];
    }

    private static string PathOf(ISymbol symbol) => symbol.ContainingSymbol is INamespaceSymbol { IsGlobalNamespace: true } or null or not (INamespaceSymbol or INamedTypeSymbol)
        ? symbol.Name
        : $"{PathOf(symbol.ContainingSymbol)}.{symbol.Name}";

    private static Regex Pattern(string name, string anchor) =>
        new($"{anchor}{Regex.Escape(name).Replace(@"\*", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant);

    private static int Number(Group group) => int.TryParse(group.Value, CultureInfo.InvariantCulture, out int number) ? number : 0;

    [GeneratedRegex(@"^(.+):(\d+):(\d+)$")]
    private static partial Regex Place();
}
