using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Queries;

/// <summary>Lists the types and members of a file.</summary>
internal static class Outlining
{
    public static async Task<IReadOnlyList<CodeSymbol>> RunAsync(Solution solution, string file, CancellationToken cancellationToken)
    {
        Document document = SymbolSearch.DocumentOf(solution, file);
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellationToken))!;
        SemanticModel model = (await document.GetSemanticModelAsync(cancellationToken))!;
        return [.. root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax or EnumDeclarationSyntax or BaseFieldDeclarationSyntax or VariableDeclarationSyntax)
            .Where(node => node is MemberDeclarationSyntax and not BaseNamespaceDeclarationSyntax or VariableDeclaratorSyntax)
            .Select(node => (Node: node, Symbol: model.GetDeclaredSymbol(node, cancellationToken)))
            .Where(declared => declared.Symbol is not null and not IMethodSymbol { IsImplicitlyDeclared: true })
            .Select(declared => Descriptions.Of(declared.Symbol!, LocationOf(declared.Node, declared.Symbol!), declared.Node.Ancestors().Count(node => node is BaseTypeDeclarationSyntax)))];
    }

    /// <summary>Where the name is, of a symbol with parts in several files that of this part.</summary>
    private static Location LocationOf(SyntaxNode node, ISymbol symbol) =>
        symbol.Locations.FirstOrDefault(location => location.SourceTree == node.SyntaxTree && node.Span.Contains(location.SourceSpan)) ?? node.GetLocation();
}
