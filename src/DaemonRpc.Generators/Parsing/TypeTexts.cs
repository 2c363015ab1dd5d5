using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Keeps the texts of a contract's types: its methods mention few types, many times, and each text takes longer than finding it here.</summary>
internal sealed class TypeTexts
{
    // Types with other annotations, or other names of tuple elements, are other types here.
    private readonly Dictionary<ITypeSymbol, string> _annotated = new(SymbolEqualityComparer.IncludeNullability);

    /// <summary>Returns a type's text for a signature (see <see cref="SourceNames.Annotated"/>).</summary>
    public string Annotated(ITypeSymbol type)
    {
        if (!_annotated.TryGetValue(type, out string text))
        {
            text = SourceNames.Annotated(type);
            _annotated.Add(type, text);
        }

        return text;
    }
}
