using System.Globalization;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Describes in text how the values of a contract are sent, to tell whether another build sends them alike.</summary>
/// <remarks>
/// The texts have the names of members too, although names do not travel: of two members of the same type that have changed places, nothing else
/// tells. So have the texts of enums their numbers. Of a type in another assembly, properties stand after fields, because metadata does not tell
/// their common order.
/// </remarks>
internal sealed class WireTypes(IAssemblySymbol assembly, Compilation? compilation)
{
    private readonly Dictionary<string, WireType> _types = [];

    /// <summary>The types that have been asked for, with all their parts.</summary>
    public IEnumerable<WireType> All => _types.Values;

    /// <summary>Returns a type's name for people: with namespace, without nullable annotations and the names of tuple elements.</summary>
    public static string NameOf(ITypeSymbol type) => SourceNames.Plain(type).Replace("global::", "");

    /// <summary>Returns the description of the type of a value, or of a callback.</summary>
    public WireType Of(ITypeSymbol type)
    {
        string name = NameOf(type);
        if (!_types.TryGetValue(name, out WireType? wire))
        {
            // Added before its members, because a member may be of the same type.
            wire = new WireType(name, type);
            _types.Add(name, wire);
            Describe(wire, type);
        }

        return wire;
    }

    private void Describe(WireType wire, ITypeSymbol type)
    {
        switch (type)
        {
            case INamedTypeSymbol { EnumUnderlyingType: { } number }:
                wire.Line = $"enum {wire.Name} : {NameOf(number)} {Braces(type.GetMembers().OfType<IFieldSymbol>().Select(static member => $"{member.Name} = {Number(member.ConstantValue)}"))}";
                break;

            case INamedTypeSymbol callback when callback.IsCallback():
                DescribeCallback(wire, callback);
                break;

            case var _ when type.IsDescriptor() || ValueShape.OfKnown(type) is not null || MemoryPackTypes.IsRegistered(type):
                break;

            case var _ when type.IsTooNested():
                wire.IsUnknown = true;
                break;

            case IArrayTypeSymbol array when MemoryPackTypes.FormatterOf(array) is not null:
            case INamedTypeSymbol named when MemoryPackTypes.FormatterOf(named) is not null:
                wire.Parts = [.. type.Parts().Select(Of)];
                break;

            case INamedTypeSymbol { IsUnmanagedType: true, TypeKind: TypeKind.Struct } structure:
                DescribeStructure(wire, structure);
                break;

            case INamedTypeSymbol packable when MemoryPackTypes.IsPackable(packable) && !MemoryPackMembers.HasOwnCode(packable):
                DescribePackable(wire, packable);
                break;

            default:
                wire.IsUnknown = true;
                break;
        }
    }

    private void DescribeCallback(WireType wire, INamedTypeSymbol callback)
    {
        IReadOnlyList<ContractMethod> methods = ContractMethods.Of(callback);
        wire.Line = $"callback {wire.Name} {Braces(methods.Select(method => WireSignature.Of(method, this)).OrderBy(static text => text, StringComparer.Ordinal))}";
        wire.Parts = [.. methods.SelectMany(method => WireSignature.TypesOf(method, this))];
    }

    // MemoryPack copies a structure without references as it lies in memory.
    private void DescribeStructure(WireType wire, INamedTypeSymbol structure)
    {
        IFieldSymbol[] fields = [.. structure.GetMembers().OfType<IFieldSymbol>().Where(static field => !field.IsStatic)];
        wire.Line = $"struct {wire.Name} {LayoutOf(structure)}{Braces(fields.Select(static field => $"{LayoutOf(field)}{NameOf(field.Type)} {NameOf(field)}"))}";
        wire.Parts = [.. fields.Select(field => Of(field.Type))];
    }

    private void DescribePackable(WireType wire, INamedTypeSymbol type)
    {
        MemoryPackKind kind = MemoryPackMembers.KindOf(type);
        switch (kind)
        {
            case MemoryPackKind.Union:
                (int Tag, INamedTypeSymbol Type)[] cases = [.. MemoryPackMembers.UnionOf(type).OrderBy(static unionCase => unionCase.Tag)];
                wire.Line = $"union {wire.Name} {Braces(cases.Select(static unionCase => $"{Number(unionCase.Tag)} {NameOf(unionCase.Type)}"))}";
                wire.Parts = [.. cases.Select(unionCase => Of(unionCase.Type))];
                break;

            case MemoryPackKind.Collection:
                wire.Parts = [.. MemoryPackMembers.PartsOf(type, compilation).Select(Of)];
                wire.Line = $"collection {wire.Name} {Braces(wire.Parts.Select(static part => part.Name))}";
                break;

            default:
                DescribeMembers(wire, type, kind);
                break;
        }
    }

    private void DescribeMembers(WireType wire, INamedTypeSymbol type, MemoryPackKind kind)
    {
        bool isNumbered = kind is MemoryPackKind.Tolerant or MemoryPackKind.Circular;
        bool isOurs = SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, assembly);
        MemoryPackMember[] members = [.. MemoryPackMembers.Of(type).OrderBy(member => isOurs || isNumbered ? 0 : member.Symbol is IPropertySymbol ? 1 : 0)];
        ITypeSymbol[] hidden = [.. MemoryPackMembers.PartsOf(type, compilation).Skip(members.Length)];
        wire.Line = $"{kind.ToString().ToLowerInvariant()} {wire.Name} {Braces(members.Select(member => TextOf(member, isNumbered)).Concat(hidden.Select(static part => $"{NameOf(part)} ?")))}";
        wire.Parts = [.. members.Select(static member => member.Type).Concat(hidden).Select(Of)];
        wire.IsUnknown = members.Any(static member => member.Shape == ValueShape.Unguarded);
    }

    private static string TextOf(MemoryPackMember member, bool isNumbered) =>
        $"{(isNumbered ? Number(member.Order) + " " : "")}{NameOf(member.Type)} {member.Symbol.Name}";

    private static string Braces(IEnumerable<string> parts) => string.Join(", ", parts) is { Length: > 0 } text ? $"{{ {text} }}" : "{ }";

    private static string Number(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture);

    // In metadata, the field of a property has no more than its name to tell so.
    private static string NameOf(IFieldSymbol field) => field.Name[0] == '<' ? field.Name.Substring(1, field.Name.IndexOf('>') - 1) : field.Name;

    private static string LayoutOf(ISymbol symbol) => string.Concat(symbol.GetAttributes()
        .Where(static attribute => attribute.AttributeClass is { Name: "StructLayoutAttribute" or "FieldOffsetAttribute" or "InlineArrayAttribute" })
        .Select(static attribute => $"[{attribute.AttributeClass!.Name} {string.Join(" ", ArgumentsOf(attribute))}] "));

    private static IEnumerable<string> ArgumentsOf(AttributeData attribute) => attribute.ConstructorArguments
        .Select(static argument => Number(argument.Value))
        .Concat(attribute.NamedArguments.Select(static argument => $"{argument.Key} = {Number(argument.Value.Value)}"));
}
