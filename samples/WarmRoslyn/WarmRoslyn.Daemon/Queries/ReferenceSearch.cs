using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis.Text;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Queries;

/// <summary>Finds where symbols are used.</summary>
internal static class ReferenceSearch
{
    public static async IAsyncEnumerable<CodeReference> RunAsync(
        Solution solution, string name, ProgressReport report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<CodeReference> seen = [];
        foreach (ISymbol symbol in await SymbolSearch.FindAsync(solution, name, cancellationToken))
        {
            report($"Looking for {symbol.Name}");
            foreach (ReferencedSymbol referenced in await SymbolFinder.FindReferencesAsync(symbol, solution, cancellationToken))
            {
                IEnumerable<Location> declarations = referenced.Definition.Locations.Where(location => location.IsInSource);
                IEnumerable<Location> uses = referenced.Locations.Where(reference => !reference.IsImplicit).Select(reference => reference.Location);
                foreach (CodeReference reference in declarations.Select(Declaration).Concat(uses.Select(Use)).Where(seen.Add))
                {
                    yield return reference;
                }
            }
        }
    }

    private static CodeReference Declaration(Location location) => Of(location, isDeclaration: true);

    private static CodeReference Use(Location location) => Of(location, isDeclaration: false);

    private static CodeReference Of(Location location, bool isDeclaration)
    {
        FileLinePositionSpan span = location.GetLineSpan();
        SourceText text = location.SourceTree!.GetText();
        return new CodeReference(
            span.Path, span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1, isDeclaration, text.Lines[span.StartLinePosition.Line].ToString().Trim());
    }
}
