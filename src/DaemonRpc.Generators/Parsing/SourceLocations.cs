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

    /// <summary>Returns the location of the id: the attribute's argument, or the contract's name if the attribute gives no id.</summary>
    public static Location OfId(INamedTypeSymbol contract, AttributeData attribute) => OfArgument(attribute, contract);

    /// <summary>Returns the location of an attribute's first argument, or the symbol's name if the attribute has none.</summary>
    public static Location OfArgument(AttributeData attribute, ISymbol symbol) =>
        (attribute.ApplicationSyntaxReference?.GetSyntax() as AttributeSyntax)?.ArgumentList?.Arguments.FirstOrDefault()?.GetLocation()
        ?? symbol.Locations[0];

    private static SyntaxNode? SyntaxOf(ISymbol symbol) => symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
}
