using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DaemonRpc.Generators.DaemonCode;

/// <summary>Finds the code of methods and initialisers that a person wrote.</summary>
internal sealed class SourceBodies(Compilation compilation)
{
    private readonly Dictionary<SyntaxTree, SemanticModel> _models = [];

    /// <summary>Returns the code of a method, or the value with which a field or property is declared.</summary>
    public IEnumerable<IOperation> Of(ISymbol member) => member.DeclaringSyntaxReferences
        .Where(static reference => !reference.SyntaxTree.FilePath.EndsWith(".g.cs", StringComparison.OrdinalIgnoreCase))
        .Select(static reference => BodyOf(reference.GetSyntax()))
        .OfType<SyntaxNode>()
        .Select(body => ModelOf(body.SyntaxTree).GetOperation(body))
        .OfType<IOperation>();

    private static SyntaxNode? BodyOf(SyntaxNode declaration) => declaration switch
    {
        VariableDeclaratorSyntax field => field.Initializer,
        PropertyDeclarationSyntax property => property.Initializer,
        BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax => declaration,
        _ => null,
    };

    private SemanticModel ModelOf(SyntaxTree tree)
    {
        if (!_models.TryGetValue(tree, out SemanticModel model))
        {
#pragma warning disable RS1030 // The driver gives the model of one file to one action, but calls lead from file to file. A walk takes one model of each file that it meets.
            model = compilation.GetSemanticModel(tree);
#pragma warning restore RS1030
            _models.Add(tree, model);
        }

        return model;
    }
}
