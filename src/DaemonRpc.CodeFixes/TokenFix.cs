using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.FindSymbols;

namespace DaemonRpc.CodeFixes;

/// <summary>Adds a CancellationToken to a contract's method and to the methods that implement it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TokenFix))]
[Shared]
public sealed class TokenFix : CodeFixProvider
{
    private const string TokenName = "cancellationToken";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [FixedIds.MethodTakesNoToken];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        if (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span).FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method
            || model.GetDeclaredSymbol(method, context.CancellationToken) is not { } symbol)
        {
            return;
        }

        context.RegisterCodeFix(
            CodeAction.Create(
                "Add a CancellationToken",
                cancellationToken => AddTokenAsync(document.Project.Solution, symbol, cancellationToken),
                equivalenceKey: nameof(TokenFix)),
            context.Diagnostics);
    }

    private static async Task<Solution> AddTokenAsync(Solution solution, IMethodSymbol method, CancellationToken cancellationToken)
    {
        IEnumerable<ISymbol> implementations = await SymbolFinder.FindImplementationsAsync(method, solution, cancellationToken: cancellationToken).ConfigureAwait(false);
        SolutionEditor editor = new(solution);
        foreach (SyntaxReference reference in implementations.Prepend(method).SelectMany(static symbol => symbol.DeclaringSyntaxReferences))
        {
            // What a generator has written, such as the client, belongs to no document that could be edited, and follows the contract.
            if (solution.GetDocument(reference.SyntaxTree) is { } document
                && await reference.GetSyntaxAsync(cancellationToken).ConfigureAwait(false) is MethodDeclarationSyntax declaration)
            {
                DocumentEditor documentEditor = await editor.GetDocumentEditorAsync(document.Id, cancellationToken).ConfigureAwait(false);
                documentEditor.ReplaceNode(declaration.ParameterList, WithToken(declaration, documentEditor));
            }
        }

        return editor.GetChangedSolution();
    }

    private static ParameterListSyntax WithToken(MethodDeclarationSyntax method, DocumentEditor editor)
    {
        ParameterListSyntax list = method.ParameterList;
        string name = TokenName;
        for (int number = 2; list.Parameters.Any(parameter => parameter.Identifier.ValueText == name); number++)
        {
            name = $"{TokenName}{number}";
        }

        INamedTypeSymbol type = editor.SemanticModel.Compilation.GetTypeByMetadataName("System.Threading.CancellationToken")!;
        ParameterSyntax token = SyntaxFactory.Parameter(SyntaxFactory.Identifier(name))
            .WithType(((TypeSyntax)editor.Generator.TypeExpression(type, addImport: true)).WithTrailingTrivia(SyntaxFactory.Space));

        // An explicit implementation cannot be called by name, so a default value would be ignored, which the compiler warns of.
        if (method.ExplicitInterfaceSpecifier is null)
        {
            token = token.WithDefault(SyntaxFactory.EqualsValueClause(
                SyntaxFactory.Token(SyntaxKind.EqualsToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression)));
        }

        bool hasParams = list.Parameters.LastOrDefault()?.Modifiers.Any(SyntaxKind.ParamsKeyword) == true;
        return list.WithParameters(list.Parameters.Insert(list.Parameters.Count - (hasParams ? 1 : 0), token));
    }
}
