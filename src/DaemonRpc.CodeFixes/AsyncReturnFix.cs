using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace DaemonRpc.CodeFixes;

/// <summary>Makes a contract's method return a task of what it returned. Its implementations stay as they are: their bodies must change too.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AsyncReturnFix))]
[Shared]
public sealed class AsyncReturnFix : CodeFixProvider
{
    private const string Tasks = "System.Threading.Tasks.";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [FixedIds.ReturnTypeMustBeAsync];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        if (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span).FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method
            || model.GetDeclaredSymbol(method, context.CancellationToken) is not { } symbol
            || TaskOf(symbol, model.Compilation) is not { } type)
        {
            return;
        }

        string shown = type.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);
        context.RegisterCodeFix(
            CodeAction.Create(
                $"Return {shown}",
                _ => Task.FromResult(WithReturnType(document, root, method, type)),
                equivalenceKey: nameof(AsyncReturnFix)),
            context.Diagnostics);
    }

    /// <summary>Returns the task that a method should return; a task that may be null becomes one that may not.</summary>
    private static INamedTypeSymbol? TaskOf(IMethodSymbol method, Compilation compilation)
    {
        if (method.ReturnsVoid)
        {
            return compilation.GetTypeByMetadataName(Tasks + "Task");
        }

        ITypeSymbol type = method.ReturnType is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && IsTask(nullable.TypeArguments[0])
            ? nullable.TypeArguments[0]
            : method.ReturnType;
        return IsTask(type)
            ? (INamedTypeSymbol)type.WithNullableAnnotation(NullableAnnotation.NotAnnotated)
            : compilation.GetTypeByMetadataName(Tasks + "Task`1")?.Construct([type], [type.NullableAnnotation]);
    }

    private static bool IsTask(ITypeSymbol type) => type.OriginalDefinition is { Name: "Task" or "ValueTask" or "IAsyncEnumerable" } definition
        && definition.ContainingNamespace.ToDisplayString() is "System.Threading.Tasks" or "System.Collections.Generic";

    private static Document WithReturnType(Document document, SyntaxNode root, MethodDeclarationSyntax method, INamedTypeSymbol type)
    {
        TypeSyntax syntax = (TypeSyntax)SyntaxGenerator.GetGenerator(document).TypeExpression(type, addImport: true);
        return document.WithSyntaxRoot(root.ReplaceNode(method.ReturnType, syntax.WithTriviaFrom(method.ReturnType)));
    }
}
