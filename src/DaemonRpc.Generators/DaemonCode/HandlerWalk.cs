using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DaemonRpc.Generators.DaemonCode;

/// <summary>Follows a compilation's handlers into the project's own code that they call, and notes what is different there.</summary>
/// <remarks>
/// Calls are followed to the method that is named in the source: through an interface, or into an override, they are not. A lambda
/// counts as part of the method in which it stands.
/// </remarks>
internal sealed class HandlerWalk
{
    /// <summary>How many methods, constructors and initialisers are looked at, so that a large program does not slow down its editor.</summary>
    private const int MostMembers = 2000;

    private readonly Compilation _compilation;
    private readonly SourceBodies _bodies;
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);
    private readonly List<(ISymbol Handler, Diagnostic Diagnostic)> _findings = [];

    private HandlerWalk(Compilation compilation)
    {
        _compilation = compilation;
        _bodies = new SourceBodies(compilation);
    }

    /// <summary>Returns what is to be reported, by handler.</summary>
    public static ILookup<ISymbol, Diagnostic> Findings(Compilation compilation)
    {
        HandlerWalk walk = new(compilation);
        foreach (INamedTypeSymbol handler in Handlers.In(compilation))
        {
            walk.Visit(handler);
        }

        return walk._findings.ToLookup(static finding => finding.Handler, static finding => finding.Diagnostic, SymbolEqualityComparer.Default);
    }

    private void Visit(INamedTypeSymbol handler)
    {
        foreach (IMethodSymbol method in Handlers.ContractMethodsOf(handler))
        {
            if (IsOwn(method) && IgnoredToken.Check(method, _bodies.Of(method)) is { } ignored)
            {
                _findings.Add((handler, ignored));
            }

            Follow(method, handler);
        }

        foreach (ISymbol member in Handlers.OtherMembersOf(handler))
        {
            Follow(member, handler);
        }
    }

    /// <summary>Visits a member of a handler and everything that it leads to.</summary>
    private void Follow(ISymbol root, INamedTypeSymbol handler)
    {
        string name = Handlers.NameOf(root);
        Stack<ISymbol> waiting = new([root]);
        while (waiting.Count > 0 && _seen.Count < MostMembers)
        {
            ISymbol member = waiting.Pop();
            if (!IsOwn(member) || !_seen.Add(member))
            {
                continue;
            }

            foreach (IOperation operation in _bodies.Of(member).SelectMany(static body => body.DescendantsAndSelf()))
            {
                if (DaemonFacts.Check(operation, name) is { } diagnostic)
                {
                    _findings.Add((handler, diagnostic));
                }

                foreach (ISymbol called in CalledBy(operation))
                {
                    waiting.Push(called);
                }
            }
        }
    }

    private bool IsOwn(ISymbol member) => SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, _compilation.Assembly);

    private static IEnumerable<ISymbol> CalledBy(IOperation operation) => operation switch
    {
        IInvocationOperation invocation => [Definition(invocation.TargetMethod)],
        IMethodReferenceOperation reference => [Definition(reference.Method)],
        IObjectCreationOperation { Constructor: { } constructor } => constructor.ContainingType.OriginalDefinition.GetMembers()
            .Where(static member => !member.IsStatic && Handlers.HasInitialiser(member))
            .Prepend(Definition(constructor)),
        IPropertyReferenceOperation reference => new[] { reference.Property.GetMethod, reference.Property.SetMethod }
            .OfType<IMethodSymbol>()
            .Where(accessor => (accessor.MethodKind == MethodKind.PropertySet) == DaemonFacts.IsAssigned(reference))
            .Select(Definition),
        _ => [],
    };

    private static IMethodSymbol Definition(IMethodSymbol method)
    {
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        return definition.PartialImplementationPart ?? definition;
    }
}
