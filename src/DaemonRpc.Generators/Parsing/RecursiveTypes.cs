using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Finds types whose values can contain values of the same type, and so may be nested deeper than the runtime allows.</summary>
internal sealed class RecursiveTypes
{
    private readonly HashSet<string> _done = [];
    private readonly HashSet<string> _path = [];

    private RecursiveTypes()
    {
    }

    /// <summary>Returns a type that contains itself and is, or is part of, a type that travels; null if there is none.</summary>
    public static INamedTypeSymbol? Find(ITypeSymbol type) => new RecursiveTypes().Visit(type);

    private INamedTypeSymbol? Visit(ITypeSymbol type)
    {
        if (MemoryPackTypes.IsRegistered(type) || type.IsTooNested())
        {
            return null;
        }

        if (type is not INamedTypeSymbol named || !MemoryPackTypes.IsPackable(named))
        {
            return VisitAll(type.Parts());
        }

        string name = SourceNames.Plain(named);
        if (_path.Contains(name))
        {
            return (INamedTypeSymbol)named.WithNullableAnnotation(NullableAnnotation.NotAnnotated);
        }

        if (!_done.Add(name))
        {
            return null;
        }

        _path.Add(name);
        INamedTypeSymbol? found = VisitAll(MemoryPackMembers.PartsOf(named, compilation: null));
        _path.Remove(name);
        return found;
    }

    private INamedTypeSymbol? VisitAll(IEnumerable<ITypeSymbol> types) => types.Select(Visit).FirstOrDefault(static found => found is not null);
}
