using System.Globalization;
using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Describes how the values of a contract look in bytes, so that the runtime refuses forged values before MemoryPack reads them.</summary>
/// <remarks>
/// A shape that differs from what MemoryPack writes would refuse honest values. So values that are not known for certain stay
/// unchecked: types of other assemblies, whose private members the compiler does not show, and types with code of the user's.
/// </remarks>
internal sealed class ValueShapes(IAssemblySymbol assembly)
{
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, string> _known = [];
    private readonly List<string> _sizes = [];
    private readonly List<ValueShapeRoot> _roots = [];
    private readonly HashSet<string> _added = [];

    public ValueShapesModel Model => new() { Lines = new(_lines), Sizes = new(_sizes), Roots = new(_roots) };

    /// <summary>Adds the type of an argument, a result or an item.</summary>
    public void Add(ITypeSymbol type)
    {
        // The runtime checks strings and types without references, such as numbers, without a shape.
        if (type.SpecialType == SpecialType.System_String || type.IsUnmanagedType || !_added.Add(SourceNames.Plain(type)))
        {
            return;
        }

        string shape = Of(type);
        if (shape[0] == ValueShape.Reference)
        {
            _roots.Add(new ValueShapeRoot(SourceNames.Plain(type), int.Parse(shape.Substring(1), CultureInfo.InvariantCulture)));
        }
        else if (shape != ValueShape.Unguarded)
        {
            _lines.Add(shape);
            _roots.Add(new ValueShapeRoot(SourceNames.Plain(type), _lines.Count - 1));
        }
    }

    private string Of(ITypeSymbol type) => type switch
    {
        _ when ValueShape.OfKnown(type) is { } known => known,
        _ when type.IsTooNested() => ValueShape.Unguarded,
        { IsUnmanagedType: true } => OfStructure(type),
        IArrayTypeSymbol array => MemoryPackTypes.FormatterOf(array) is null ? ValueShape.Unguarded : $"[{new string(',', array.Rank - 1)} {Of(array.ElementType)}",
        INamedTypeSymbol named when MemoryPackTypes.FormatterOf(named) is { } formatter => OfGeneric(named, formatter),
        INamedTypeSymbol named when MemoryPackMembers.AreKnown(named) => OfPackable(named),
        _ => ValueShape.Unguarded,
    };

    private string OfStructure(ITypeSymbol type)
    {
        if (type.NullableValue() is { } value)
        {
            string inner = Of(value);
            return ValueShape.NullableOf(value, inner) ?? (inner == ValueShape.Unguarded ? inner : "?" + SizeOf(type));
        }

        return MemoryPackTypes.IsWrittenInTwoWays(type) || !type.CanBeNamedIn(assembly) ? ValueShape.Unguarded : SizeOf(type);
    }

    private string OfGeneric(INamedTypeSymbol type, string formatter)
    {
        ITypeSymbol[] parts = [.. type.TypeArguments];
        return formatter switch
        {
            "NullableFormatter" or "LazyFormatter" or "TupleFormatter" => $"{{ {Join(parts)} }}",
            "ValueTupleFormatter" or "KeyValuePairFormatter" => $"( {Join(parts)} )",
            "InterfaceGroupingFormatter" => $"{{ {Of(parts[0])} [ {Of(parts[1])} }}",
            "InterfaceLookupFormatter" => $"[ {{ {Of(parts[0])} [ {Of(parts[1])} }}",
            "PriorityQueueFormatter" => $"[ {OfPair("System.ValueTuple", parts)}",
            _ when parts.Length == 2 => $"[ {OfPair("System.Collections.Generic.KeyValuePair", parts)}",
            _ => $"[ {Of(parts[0])}",
        };
    }

    private string OfPair(string pair, ITypeSymbol[] parts)
    {
        if (!parts.All(static part => part.IsUnmanagedType))
        {
            return $"( {Join(parts)} )";
        }

        // MemoryPack copies the pair as one structure, including the padding between its fields.
        return parts.All(part => part.CanBeNamedIn(assembly))
            ? SizeOf($"global::{pair}<{string.Join(", ", parts.Select(SourceNames.Plain))}>")
            : ValueShape.Unguarded;
    }

    private string OfPackable(INamedTypeSymbol type)
    {
        string name = SourceNames.Plain(type);
        if (_known.TryGetValue(name, out string? known))
        {
            return known;
        }

        // The type is added before its members, because a member may be of the same type.
        string reference = $"{ValueShape.Reference}{_lines.Count}";
        _known.Add(name, reference);
        int line = _lines.Count;
        _lines.Add("");
        _lines[line] = MemoryPackMembers.KindOf(type) switch
        {
            MemoryPackKind.Union => $"| {string.Join(" ", MemoryPackMembers.UnionOf(type).Select(member => $"{member.Tag} {Of(member.Type)}"))} |",
            MemoryPackKind.Collection => MemoryPackMembers.ElementsOf(type) is { TypeArguments.Length: 2 } dictionary
                ? $"[ {OfPair("System.Collections.Generic.KeyValuePair", [.. dictionary.TypeArguments])}"
                : $"[ {Of(MemoryPackMembers.ElementsOf(type)!.TypeArguments[0])}",
            MemoryPackKind.Tolerant => $"< {Join(MemoryPackMembers.WithGaps(type))}>",
            MemoryPackKind.Circular => $"@ {Join(MemoryPackMembers.WithGaps(type))}@",
            _ => $"{{ {Join(MemoryPackMembers.Of(type))}}}",
        };
        return reference;
    }

    private string Join(IEnumerable<ITypeSymbol> parts) => string.Join(" ", parts.Select(Of));

    private string Join(IEnumerable<MemoryPackMember?> members) => string.Concat(members.Select(member => OfMember(member) + " "));

    private string OfMember(MemoryPackMember? member) => member switch
    {
        null => ValueShape.Gap,
        { Shape: { } shape } => shape,
        _ => Of(member.Type),
    };

    private string SizeOf(ITypeSymbol type) => SizeOf(SourceNames.Plain(type));

    private string SizeOf(string type)
    {
        int index = _sizes.IndexOf(type);
        if (index < 0)
        {
            index = _sizes.Count;
            _sizes.Add(type);
        }

        return $"${index}";
    }
}
