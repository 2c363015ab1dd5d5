using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Where a diagnostic points to. Only the analyzer keeps what it returns.</summary>
internal static class SourceLocations
{
    public static Location OfReturnType(IMethodSymbol method) =>
        (SyntaxOf(method) as MethodDeclarationSyntax)?.ReturnType.GetLocation() ?? method.Locations[0];

    public static Location OfType(IParameterSymbol parameter) =>
        (SyntaxOf(parameter) as ParameterSyntax)?.Type?.GetLocation() ?? parameter.Locations[0];

    /// <summary>The attribute's argument, or the contract's name where the id comes from that.</summary>
    public static Location OfId(INamedTypeSymbol contract, AttributeData attribute) =>
        (attribute.ApplicationSyntaxReference?.GetSyntax() as AttributeSyntax)?.ArgumentList?.Arguments.FirstOrDefault()?.GetLocation()
        ?? contract.Locations[0];

    private static SyntaxNode? SyntaxOf(ISymbol symbol) => symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
}
