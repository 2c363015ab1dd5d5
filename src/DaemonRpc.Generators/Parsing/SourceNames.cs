using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Turns symbols into source text.</summary>
internal static class SourceNames
{
    private static readonly SymbolDisplayFormat s_annotated = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_plain = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.ExpandValueTuple);

    private static readonly SymbolDisplayFormat s_namespace = SymbolDisplayFormat.FullyQualifiedFormat
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    // Each text is asked for many times. The entries live as long as their symbols.
    private static readonly ConditionalWeakTable<ITypeSymbol, string> s_plainNames = new();

    private static readonly string[] s_suffixes = ["Daemon", "Client"];

    /// <summary>Returns a type's text for a signature: with nullable annotations and the names of tuple elements.</summary>
    public static string Annotated(ITypeSymbol type) => type.ToDisplayString(s_annotated);

    /// <summary>Returns a type's text without nullable annotations and names of tuple elements, so that equal types give equal text.</summary>
    public static string Plain(ITypeSymbol type) => s_plainNames.GetValue(type, static type => type.ToDisplayString(s_plain));

    /// <summary>Returns a type's short text for people.</summary>
    public static string Shown(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);

    /// <summary>Returns a namespace's text, or null for the global one.</summary>
    public static string? Namespace(INamespaceSymbol symbol) => symbol.IsGlobalNamespace ? null : symbol.ToDisplayString(s_namespace);

    /// <summary>Returns a name, with <c>@</c> before it if it is a keyword.</summary>
    public static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>Whether a name looks like an interface's: <c>IFileSearch</c>. No generated member has such a name.</summary>
    public static bool IsInterfaceName(string name) => name.Length >= 2 && name[0] == 'I' && char.IsUpper(name[1]);

    /// <summary>Returns the stem of the generated names: <c>FileSearch</c> for <c>IFileSearch</c> and for <c>IFileSearchDaemon</c>.</summary>
    public static string StemOf(string contract)
    {
        // Without a leading I, no suffix is dropped: a generated type would get the contract's own name.
        if (!IsInterfaceName(contract))
        {
            return contract;
        }

        string name = contract.Substring(1);
        string? suffix = s_suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal));
        return suffix is null || suffix == name ? name : name.Substring(0, name.Length - suffix.Length);
    }
}
