using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.Mutations;

/// <summary>Finds what can be changed in a file. Not every change compiles.</summary>
internal sealed class MutationFinder(SyntaxTree tree) : CSharpSyntaxWalker
{
    private readonly List<Mutation> _found = [];

    public static IReadOnlyList<Mutation> Find(SyntaxTree tree)
    {
        var finder = new MutationFinder(tree);
        finder.Visit(tree.GetRoot());
        return finder._found;
    }

    public override void VisitIfStatement(IfStatementSyntax node)
    {
        Negate(node.Condition);
        base.VisitIfStatement(node);
    }

    public override void VisitWhileStatement(WhileStatementSyntax node)
    {
        Negate(node.Condition);
        base.VisitWhileStatement(node);
    }

    public override void VisitDoStatement(DoStatementSyntax node)
    {
        Negate(node.Condition);
        base.VisitDoStatement(node);
    }

    public override void VisitConditionalExpression(ConditionalExpressionSyntax node)
    {
        Negate(node.Condition);
        base.VisitConditionalExpression(node);
    }

    public override void VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        string? other = node.Kind() switch
        {
            SyntaxKind.LessThanExpression => "<=",
            SyntaxKind.LessThanOrEqualExpression => "<",
            SyntaxKind.GreaterThanExpression => ">=",
            SyntaxKind.GreaterThanOrEqualExpression => ">",
            SyntaxKind.EqualsExpression => "!=",
            SyntaxKind.NotEqualsExpression => "==",
            SyntaxKind.LogicalAndExpression => "||",
            SyntaxKind.LogicalOrExpression => "&&",
            _ => null,
        };
        if (other is not null)
        {
            Add(node.OperatorToken.Span, other, $"{node.OperatorToken.Text} becomes {other} in {Shortened(node)}");
        }

        base.VisitBinaryExpression(node);
    }

    public override void VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        Add(node.Span, ";", $"drops {Shortened(node)}");
        base.VisitExpressionStatement(node);
    }

    public override void VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        ReturnEarly(node.Identifier.Text, node.ReturnType, node.Modifiers, node.Body, node.ExpressionBody, node.SemicolonToken);
        base.VisitMethodDeclaration(node);
    }

    public override void VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        ReturnEarly(node.Identifier.Text, node.ReturnType, node.Modifiers, node.Body, node.ExpressionBody, node.SemicolonToken);
        base.VisitLocalFunctionStatement(node);
    }

    public override void VisitPropertyDeclaration(PropertyDeclarationSyntax node)
    {
        ReturnEarly(node.Identifier.Text, node.Type, node.Modifiers, null, node.ExpressionBody, node.SemicolonToken);
        base.VisitPropertyDeclaration(node);
    }

    // Of an equality that stands alone the operator's change says the same.
    private void Negate(ExpressionSyntax condition)
    {
        if (!condition.IsKind(SyntaxKind.EqualsExpression) && !condition.IsKind(SyntaxKind.NotEqualsExpression))
        {
            Add(condition.Span, $"!({condition})", $"negates {Shortened(condition)}");
        }
    }

    private void ReturnEarly(string name, TypeSyntax type, SyntaxTokenList modifiers, BlockSyntax? body, ArrowExpressionClauseSyntax? arrow, SyntaxToken semicolon)
    {
        bool isAsyncWithoutResult = modifiers.Any(SyntaxKind.AsyncKeyword) && type is IdentifierNameSyntax;
        bool isVoid = isAsyncWithoutResult || type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };
        string what = $"{name} does nothing";
        if (body is not null && body.Statements.Count > 0)
        {
            bool yields = body.DescendantNodes().Any(static inner => inner is YieldStatementSyntax);
            string text = yields ? "yield break;" : isVoid ? "return;" : "return default!;";
            Add(new TextSpan(body.OpenBraceToken.Span.End, 0), $" {text} ", what);
        }
        else if (arrow is not null)
        {
            if (isVoid)
            {
                Add(TextSpan.FromBounds(arrow.SpanStart, semicolon.Span.End), "{ }", what);
            }
            else
            {
                Add(arrow.Expression.Span, "default!", what);
            }
        }
    }

    private void Add(TextSpan span, string text, string what) => _found.Add(new Mutation(tree, span, text, what));

    private static string Shortened(SyntaxNode node)
    {
        string text = string.Join(' ', node.ToString().Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 90 ? $"`{text}`" : $"`{text[..90]}…`";
    }
}
