using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Rename;

namespace DaemonRpc.CodeFixes;

/// <summary>Gives one of two methods that cannot be in one contract another name, also where it is implemented and called.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RenameFix))]
[Shared]
public sealed class RenameFix : CodeFixProvider
{
    private const string Async = "Async";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [FixedIds.MethodIdMustBeUnique, FixedIds.InheritedMethodsMustAgree];

    /// <summary>Returns null: which name fits, a person decides for each method.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;

        // A clash of two inherited methods is reported in the base list, where nothing can be renamed.
        if (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span) is not MethodDeclarationSyntax method
            || model.GetDeclaredSymbol(method, context.CancellationToken) is not { } symbol)
        {
            return;
        }

        string name = FreeName(symbol);
        context.RegisterCodeFix(
            CodeAction.Create(
                $"Rename to {name}",
                cancellationToken => Renamer.RenameSymbolAsync(document.Project.Solution, symbol, new SymbolRenameOptions(), name, cancellationToken),
                equivalenceKey: nameof(RenameFix)),
            context.Diagnostics);
    }

    private static string FreeName(IMethodSymbol method)
    {
        bool isAsync = method.Name.EndsWith(Async, StringComparison.Ordinal) && method.Name.Length > Async.Length;
        string stem = isAsync ? method.Name.Substring(0, method.Name.Length - Async.Length) : method.Name;
        HashSet<string> taken = [.. method.ContainingType.AllInterfaces.Prepend(method.ContainingType).SelectMany(static type => type.MemberNames)];
        for (int number = 2; ; number++)
        {
            string name = $"{stem}{number}{(isAsync ? Async : "")}";
            if (!taken.Contains(name))
            {
                return name;
            }
        }
    }
}
