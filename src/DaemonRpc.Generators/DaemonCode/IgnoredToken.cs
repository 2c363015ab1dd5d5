using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DaemonRpc.Generators.DaemonCode;

/// <summary>Finds handler methods that take time and never look at their token, so that a cancelled call ends only by force.</summary>
internal static class IgnoredToken
{
    public static Diagnostic? Check(IMethodSymbol method, IEnumerable<IOperation> bodies)
    {
        // A parameter called _ says that it is ignored on purpose.
        IMethodSymbol written = method.PartialImplementationPart ?? method;
        if (written.Parameters.FirstOrDefault(static parameter => parameter.IsCancellationToken()) is not { Name: not "_" } token
            || token.Locations.FirstOrDefault() is not { IsInSource: true } location)
        {
            return null;
        }

        IOperation[] operations = [.. bodies.SelectMany(static body => body.DescendantsAndSelf())];
        return operations.Any(TakesTime) && !operations.Any(operation => Mentions(operation, token))
            ? Diagnostic.Create(Descriptors.TokenIsIgnored, location, token.Name, Handlers.NameOf(method))
            : null;
    }

    /// <summary>Whether an operation loops, waits, or calls the project's own code.</summary>
    private static bool TakesTime(IOperation operation) => operation switch
    {
        ILoopOperation or IAwaitOperation => true,
        IInvocationOperation invocation => !invocation.TargetMethod.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty,
        _ => false,
    };

    private static bool Mentions(IOperation operation, IParameterSymbol token) =>
        operation is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, token);
}
