using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Collects the serialisers that the signatures of a contract need, so that code can name them.</summary>
/// <remarks>
/// MemoryPack finds them by reflection, which Native AOT can follow only as far as code shows the types. What the members
/// of a <c>[MemoryPackable]</c> type need is named by the code that MemoryPack generates for it.
/// </remarks>
internal sealed class FormatterRoots
{
    private readonly HashSet<string> _seen = [];
    private readonly List<string> _packables = [];
    private readonly List<string> _formatters = [];

    /// <summary>Types that register themselves, in the order of their first mention.</summary>
    public IEnumerable<string> Packables => _packables;

    /// <summary>Closed formatter types, what they contain before what contains it.</summary>
    public IEnumerable<string> Formatters => _formatters;

    public void Add(ITypeSymbol type)
    {
        if (MemoryPackTypes.IsRegistered(type) || !_seen.Add(SourceNames.Plain(type)))
        {
            return;
        }

        switch (type)
        {
            case IArrayTypeSymbol array:
                AddArray(array);
                break;

            case { TypeKind: TypeKind.Enum }:
                AddFormatter("UnmanagedFormatter", type);
                break;

            case INamedTypeSymbol named:
                AddNamed(named);
                break;
        }
    }

    private void AddArray(IArrayTypeSymbol array)
    {
        Add(array.ElementType);
        bool isRegistered = array.IsSZArray && MemoryPackTypes.IsRegistered(array.ElementType);
        if (!isRegistered && MemoryPackTypes.FormatterOf(array) is { } formatter)
        {
            AddFormatter(formatter, array.ElementType);
        }
    }

    private void AddNamed(INamedTypeSymbol type)
    {
        foreach (ITypeSymbol argument in type.TypeArguments)
        {
            Add(argument);
        }

        if (MemoryPackTypes.FormatterOf(type) is { } formatter)
        {
            bool isRegistered = type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
                && MemoryPackTypes.IsRegistered(type.TypeArguments[0]);
            if (!isRegistered)
            {
                AddFormatter(formatter, [.. type.TypeArguments]);
                AddParts(type, formatter);
            }
        }
        else if (MemoryPackTypes.IsPackable(type))
        {
            _packables.Add(SourceNames.Plain(type));
        }
        else if (type.IsUnmanagedType && !type.HasAttribute(KnownTypes.MemoryPackable))
        {
            AddFormatter("UnmanagedFormatter", type);
        }
    }

    /// <summary>Some collections are written as collections of something that the signature does not mention.</summary>
    private void AddParts(INamedTypeSymbol type, string formatter)
    {
        switch (formatter)
        {
            case "PriorityQueueFormatter":
                AddFormatter("ValueTupleFormatter", [.. type.TypeArguments]);
                break;

            case "InterfaceLookupFormatter":
                AddFormatter("InterfaceGroupingFormatter", [.. type.TypeArguments]);
                AddFormatter("InterfaceEnumerableFormatter", type.TypeArguments[1]);
                break;

            case "InterfaceGroupingFormatter":
                AddFormatter("InterfaceEnumerableFormatter", type.TypeArguments[1]);
                break;
        }
    }

    private void AddFormatter(string name, params ITypeSymbol[] arguments)
    {
        string closed = $"global::MemoryPack.Formatters.{name}<{string.Join(", ", arguments.Select(SourceNames.Plain))}>";
        if (_seen.Add(closed))
        {
            _formatters.Add(closed);
        }
    }
}
