using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Finds the source locations of diagnostics. Only the analyzer may keep a location; the generator may not.</summary>
internal static class SourceLocations
{
    public static Location OfReturnType(IMethodSymbol method) =>
        (SyntaxOf(method) as MethodDeclarationSyntax)?.ReturnType.GetLocation() ?? method.Locations[0];

    public static Location OfType(IParameterSymbol parameter) =>
        (SyntaxOf(parameter) as ParameterSyntax)?.Type?.GetLocation() ?? parameter.Locations[0];

    /// <summary>Returns where a type of an assembly is declared, for a code fix; nothing for a type of another assembly.</summary>
    public static IEnumerable<Location> OfDeclaration(ITypeSymbol type, IAssemblySymbol assembly) =>
        SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, assembly) ? type.Locations.Where(static location => location.IsInSource) : [];

    /// <summary>Returns the location of the id: the attribute's argument, or the contract's name if the attribute gives no id.</summary>
    public static Location OfId(INamedTypeSymbol contract, AttributeData attribute) => OfArgument(attribute, contract);

    /// <summary>Returns the location of an attribute's first argument, or the symbol's name if the attribute has none.</summary>
    public static Location OfArgument(AttributeData attribute, ISymbol symbol) =>
        (attribute.ApplicationSyntaxReference?.GetSyntax() as AttributeSyntax)?.ArgumentList?.Arguments.FirstOrDefault()?.GetLocation()
        ?? symbol.Locations[0];

    /// <summary>
    /// Returns the location of the entry in a contract's base list through which the contract inherits an interface, or the location of the
    /// contract's name.
    /// </summary>
    public static Location OfBase(INamedTypeSymbol contract, INamedTypeSymbol inherited)
    {
        BaseTypeSyntax[] entries =
        [
            .. contract.DeclaringSyntaxReferences
                .Select(static reference => reference.GetSyntax())
                .OfType<InterfaceDeclarationSyntax>()
                .SelectMany(static part => part.BaseList?.Types ?? default),
        ];
        INamedTypeSymbol direct = contract.Interfaces.First(type => type.Inherits(inherited));

        // The compiler drops entries that are wrong, or repeated in another part of the contract. Then only the names remain.
        BaseTypeSyntax? entry = entries.Length == contract.Interfaces.Length
            ? entries[contract.Interfaces.IndexOf(direct)]
            : entries.FirstOrDefault(entry => NameIn(entry) == direct.Name);
        return entry?.GetLocation() ?? contract.Locations[0];
    }

    private static string? NameIn(BaseTypeSyntax entry) => entry.Type switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => null,
    };

    private static SyntaxNode? SyntaxOf(ISymbol symbol) => symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
}
