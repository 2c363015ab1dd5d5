using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.Mutations;

/// <summary>One change of one source file that some test should notice.</summary>
/// <param name="Tree">The file as it is.</param>
/// <param name="Span">What is replaced.</param>
/// <param name="Text">What it is replaced by.</param>
/// <param name="What">The change in words.</param>
internal sealed record Mutation(SyntaxTree Tree, TextSpan Span, string Text, string What)
{
    /// <summary>The line that is changed, from 1.</summary>
    public int Line => Tree.GetLineSpan(Span).StartLinePosition.Line + 1;

    /// <summary>The file with the change.</summary>
    public SyntaxTree Mutated => Tree.WithChangedText(Tree.GetText().WithChanges(new TextChange(Span, Text)));
}
