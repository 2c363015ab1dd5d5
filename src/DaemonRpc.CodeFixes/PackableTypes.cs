using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace DaemonRpc.CodeFixes;

/// <summary>The declarations of types that MemoryPack should write.</summary>
internal static class PackableTypes
{
    /// <summary>Returns where the types that diagnostics report are declared. The diagnostic has that as an additional location.</summary>
    public static IEnumerable<(Document Document, Location Location)> In(Solution solution, IEnumerable<Diagnostic> diagnostics) => diagnostics
        .SelectMany(static diagnostic => diagnostic.AdditionalLocations)
        .Where(static location => location.IsInSource)
        .Distinct()
        .Select(location => (Document: solution.GetDocument(location.SourceTree), Location: location))
        .Where(static place => place.Document is not null)
        .Select(static place => (place.Document!, place.Location));

    /// <summary>Adds the attribute to the types that diagnostics report, and <c>partial</c> where it is missing.</summary>
    public static async Task<Solution> MarkAsync(Solution solution, IReadOnlyCollection<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        // Of a type with several parts, only the first gets the attribute.
        HashSet<Location> first = [.. diagnostics.Where(static diagnostic => diagnostic.AdditionalLocations.Count > 0).Select(static diagnostic => diagnostic.AdditionalLocations[0])];
        SolutionEditor editor = new(solution);
        HashSet<SyntaxNode> partial = [];
        foreach ((Document document, Location location) in In(solution, diagnostics))
        {
            DocumentEditor documentEditor = await editor.GetDocumentEditorAsync(document.Id, cancellationToken).ConfigureAwait(false);
            if (documentEditor.OriginalRoot.FindNode(location.SourceSpan) is not TypeDeclarationSyntax type)
            {
                continue;
            }

            // From the outside in: an outer type is replaced as a whole, with what has been changed in it so far.
            foreach (TypeDeclarationSyntax enclosing in type.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Where(partial.Add))
            {
                documentEditor.ReplaceNode(enclosing, static (node, _) => WithPartial((TypeDeclarationSyntax)node));
            }

            if (first.Contains(location))
            {
                documentEditor.ReplaceNode(type, (node, generator) => WithAttribute((TypeDeclarationSyntax)node, generator, documentEditor.SemanticModel.Compilation));
            }
        }

        return editor.GetChangedSolution();
    }

    private static TypeDeclarationSyntax WithPartial(TypeDeclarationSyntax type)
    {
        if (type.Modifiers.Any(SyntaxKind.PartialKeyword))
        {
            return type;
        }

        SyntaxToken partial = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        return type.Modifiers.Count > 0
            ? type.WithModifiers(type.Modifiers.Add(partial))
            : type.WithKeyword(type.Keyword.WithLeadingTrivia()).WithModifiers([partial.WithLeadingTrivia(type.Keyword.LeadingTrivia)]);
    }

    private static TypeDeclarationSyntax WithAttribute(TypeDeclarationSyntax type, SyntaxGenerator generator, Compilation compilation)
    {
        SyntaxNode name = compilation.GetTypeByMetadataName("MemoryPack.MemoryPackableAttribute") is { } attribute
            ? generator.TypeExpression(attribute, addImport: true)
            : SyntaxFactory.ParseName("global::MemoryPack.MemoryPackable");
        return (TypeDeclarationSyntax)generator.AddAttributes(type, generator.Attribute(name));
    }
}
