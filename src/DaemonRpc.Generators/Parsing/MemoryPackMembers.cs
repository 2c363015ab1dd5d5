using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Which members of a type MemoryPack's generator writes, in which order, and with what around them.</summary>
internal static class MemoryPackMembers
{
    private const string Space = "MemoryPack.";
    private const int Tolerant = 1;
    private const int Circular = 2;
    private const int Collection = 3;

    private static readonly string[] s_callbacks =
        ["MemoryPackOnSerializing", "MemoryPackOnSerialized", "MemoryPackOnDeserializing", "MemoryPackOnDeserialized"];

    /// <summary>Whether all that is written of a type is told by its source.</summary>
    /// <remarks>
    /// Types of other assemblies show neither their private members nor the order of fields among properties, and a
    /// callback that is handed the reader may take bytes of its own.
    /// </remarks>
    public static bool AreKnown(INamedTypeSymbol type) =>
        MemoryPackTypes.IsPackable(type)
        && (KindOf(type) == MemoryPackKind.Collection || Hierarchy(type).All(static part => !part.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty))
        && !Hierarchy(type).SelectMany(static part => part.GetMembers().OfType<IMethodSymbol>()).Any(TakesReader);

    public static MemoryPackKind KindOf(INamedTypeSymbol type) =>
        type.OriginalDefinition.HasAttribute(KnownTypes.MemoryPackUnion) ? MemoryPackKind.Union
        : GenerateTypeOf(type) switch
        {
            Tolerant => MemoryPackKind.Tolerant,
            Circular => MemoryPackKind.Circular,
            Collection => MemoryPackKind.Collection,
            _ => MemoryPackKind.Object,
        };

    /// <summary>Whether MemoryPack's generator makes the type an <c>IMemoryPackable</c> of itself.</summary>
    public static bool IsObject(INamedTypeSymbol type) =>
        MemoryPackTypes.IsPackable(type) && !type.IsAbstract && KindOf(type) is MemoryPackKind.Object or MemoryPackKind.Tolerant or MemoryPackKind.Circular;

    /// <summary>The types of a packable type's members, cases or elements.</summary>
    /// <param name="type">The packable type.</param>
    /// <param name="compilation">As <see cref="HiddenMembers.TypesOf"/> says.</param>
    public static IEnumerable<ITypeSymbol> PartsOf(INamedTypeSymbol type, Compilation? compilation) => KindOf(type) switch
    {
        MemoryPackKind.Union => UnionOf(type).Select(static unionCase => unionCase.Type),
        MemoryPackKind.Collection => ElementsOf(type)?.TypeArguments ?? [],
        _ => Of(type).Select(static member => member.Type).Concat(Hierarchy(type).SelectMany(part => HiddenMembers.TypesOf(part, compilation))),
    };

    /// <summary>The members, in the order they are written.</summary>
    public static MemoryPackMember[] Of(INamedTypeSymbol type)
    {
        // Of members that hide each other the last one counts, where it stands.
        HashSet<string> names = [];
        IEnumerable<MemoryPackMember> members = AllMembers(type)
            .Where(static member => member is (IFieldSymbol or IPropertySymbol) and { IsStatic: false, IsImplicitlyDeclared: false, CanBeReferencedByName: true })
            .Reverse()
            .Where(member => names.Add(member.Name))
            .Reverse()
            .Where(IsWritten)
            .Select(static (member, index) => new MemoryPackMember(member, TypeOf(member), OrderOf(member) ?? index, ShapeOf(member)))
            .OrderBy(static member => member.Order);
        return [.. members];
    }

    /// <summary>The members by their number, and null where there is none of a number.</summary>
    public static IEnumerable<MemoryPackMember?> WithGaps(INamedTypeSymbol type)
    {
        MemoryPackMember[] members = Of(type);
        return members.Length == 0
            ? []
            : Enumerable.Range(0, members[members.Length - 1].Order + 1).Select(order => members.FirstOrDefault(member => member.Order == order));
    }

    /// <summary>The types that a union can be.</summary>
    public static IEnumerable<(int Tag, INamedTypeSymbol Type)> UnionOf(INamedTypeSymbol type) => type.OriginalDefinition.GetAttributes()
        .Where(static attribute => attribute.AttributeClass?.Is(KnownTypes.MemoryPackUnion) == true && attribute.ConstructorArguments.Length == 2)
        .Select(attribute => (
            (int)(ushort)attribute.ConstructorArguments[0].Value!,
            Closed((INamedTypeSymbol)attribute.ConstructorArguments[1].Value!, type)));

    /// <summary>The interface by which a collection of the user's is written.</summary>
    public static INamedTypeSymbol? ElementsOf(INamedTypeSymbol type) =>
        ImplementedBy(type, "System.Collections.Generic.IDictionary`2")
        ?? ImplementedBy(type, "System.Collections.Generic.ISet`1")
        ?? ImplementedBy(type, "System.Collections.Generic.ICollection`1");

    private static INamedTypeSymbol? ImplementedBy(INamedTypeSymbol type, string name) =>
        type.AllInterfaces.LastOrDefault(implemented => implemented.Is(name));

    private static INamedTypeSymbol Closed(INamedTypeSymbol member, INamedTypeSymbol union) =>
        member.IsUnboundGenericType && member.Arity == union.Arity ? member.OriginalDefinition.Construct([.. union.TypeArguments]) : member;

    private static int GenerateTypeOf(INamedTypeSymbol type) =>
        type.OriginalDefinition.FindAttribute(KnownTypes.MemoryPackable)!.ConstructorArguments
            .Where(static argument => argument.Type?.Name == "GenerateType")
            .Select(static argument => (int)argument.Value!)
            .FirstOrDefault();

    private static IEnumerable<INamedTypeSymbol> Hierarchy(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? part = type; part is { SpecialType: SpecialType.None }; part = part.BaseType)
        {
            yield return part;
        }
    }

    private static IEnumerable<ISymbol> AllMembers(INamedTypeSymbol type) =>
        (type.BaseType is { } parent ? AllMembers(parent) : []).Concat(type.GetMembers().Where(static member => !member.IsOverride));

    private static bool IsWritten(ISymbol member) =>
        !member.HasAttribute(Space + "MemoryPackIgnoreAttribute")
        && (member.DeclaredAccessibility == Accessibility.Public || member.HasAttribute(Space + "MemoryPackIncludeAttribute"))
        && member is not IPropertySymbol { GetMethod: null }
        && member is not IPropertySymbol { IsIndexer: true };

    private static ITypeSymbol TypeOf(ISymbol member) => member is IFieldSymbol field ? field.Type : ((IPropertySymbol)member).Type;

    private static int? OrderOf(ISymbol member) =>
        member.FindAttribute(Space + "MemoryPackOrderAttribute")?.ConstructorArguments.FirstOrDefault().Value as int?;

    // A formatter of its own may write anything; some of MemoryPack's are known.
    private static string? ShapeOf(ISymbol member) => member.GetAttributes()
        .Select(static attribute => attribute.AttributeClass)
        .FirstOrDefault(static type => type is not null && IsFormatter(type)) is not { } formatter
            ? null
            : formatter.Name switch
            {
                "Utf8StringFormatterAttribute" or "Utf16StringFormatterAttribute" or "InternStringFormatterAttribute" => "string",
                _ => ValueShape.Unguarded,
            };

    private static bool IsFormatter(INamedTypeSymbol attribute) =>
        attribute.BaseType is { } parent && (parent.Name == "MemoryPackCustomFormatterAttribute" || IsFormatter(parent));

    private static bool TakesReader(IMethodSymbol method) =>
        !method.Parameters.IsEmpty && s_callbacks.Any(callback => method.HasAttribute($"{Space}{callback}Attribute"));
}

/// <summary>How MemoryPack's generator writes a type.</summary>
internal enum MemoryPackKind
{
    Object,
    Tolerant,
    Circular,
    Collection,
    Union,
}

/// <summary>A member that is written.</summary>
/// <param name="Symbol">The field or property.</param>
/// <param name="Type">Its type.</param>
/// <param name="Order">Its number.</param>
/// <param name="Shape">Its shape if not its type tells it, or null.</param>
internal sealed record MemoryPackMember(ISymbol Symbol, ITypeSymbol Type, int Order, string? Shape);
