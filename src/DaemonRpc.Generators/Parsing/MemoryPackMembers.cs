using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Knows which members of a type MemoryPack's generator writes, in which order and form.</summary>
internal static class MemoryPackMembers
{
    private const string Space = "MemoryPack.";
    private const int Tolerant = 1;
    private const int Circular = 2;
    private const int Collection = 3;

    private static readonly HashSet<string> s_callbacks =
    [
        .. new[] { "OnSerializing", "OnSerialized", "OnDeserializing", "OnDeserialized" }.Select(static moment => $"{Space}MemoryPack{moment}Attribute"),
    ];

    // Each type is asked for many times. The entries live as long as their symbols.
    private static readonly ConditionalWeakTable<INamedTypeSymbol, MemoryPackMember[]> s_members = new();

    /// <summary>Whether a type's source shows everything that MemoryPack writes of it.</summary>
    /// <remarks>
    /// Types of other assemblies show neither their private members nor the order of fields among properties. A
    /// callback that gets the reader may read bytes of its own.
    /// </remarks>
    public static bool AreKnown(INamedTypeSymbol type) =>
        MemoryPackTypes.IsPackable(type)
        && (KindOf(type) == MemoryPackKind.Collection || Hierarchy(type).All(static part => !part.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty))
        && !HasOwnCode(type);

    /// <summary>Whether a callback of the type's gets the reader or the writer, and may read or write bytes of its own.</summary>
    public static bool HasOwnCode(INamedTypeSymbol type) => Hierarchy(type).SelectMany(static part => part.GetMembers().OfType<IMethodSymbol>()).Any(TakesReader);

    public static MemoryPackKind KindOf(INamedTypeSymbol type) =>
        type.OriginalDefinition.HasAttribute(KnownTypes.MemoryPackUnion) ? MemoryPackKind.Union
        : GenerateTypeOf(type) switch
        {
            Tolerant => MemoryPackKind.Tolerant,
            Circular => MemoryPackKind.Circular,
            Collection => MemoryPackKind.Collection,
            _ => MemoryPackKind.Object,
        };

    /// <summary>Whether MemoryPack's generator lets the type implement <c>IMemoryPackable</c> of itself.</summary>
    public static bool IsObject(INamedTypeSymbol type) =>
        MemoryPackTypes.IsPackable(type) && !type.IsAbstract && KindOf(type) is MemoryPackKind.Object or MemoryPackKind.Tolerant or MemoryPackKind.Circular;

    /// <summary>Returns the types of a packable type's members, cases or elements.</summary>
    /// <param name="type">The packable type.</param>
    /// <param name="compilation">Creates array types (see <see cref="HiddenMembers.TypesOf"/>).</param>
    public static IEnumerable<ITypeSymbol> PartsOf(INamedTypeSymbol type, Compilation? compilation) => KindOf(type) switch
    {
        MemoryPackKind.Union => UnionOf(type).Select(static unionCase => unionCase.Type),
        MemoryPackKind.Collection => ElementsOf(type)?.TypeArguments ?? [],
        _ => Of(type).Select(static member => member.Type).Concat(Hierarchy(type).SelectMany(part => HiddenMembers.TypesOf(part, compilation))),
    };

    /// <summary>Returns a type's written members, in the order of writing.</summary>
    public static IReadOnlyList<MemoryPackMember> Of(INamedTypeSymbol type) => s_members.GetValue(type, Find);

    private static MemoryPackMember[] Find(INamedTypeSymbol type)
    {
        // If members hide each other, only the last one counts, at its own position.
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

    /// <summary>Returns a type's written members by number, with null for each unused number.</summary>
    public static IEnumerable<MemoryPackMember?> WithGaps(INamedTypeSymbol type)
    {
        IReadOnlyList<MemoryPackMember> members = Of(type);
        return members.Count == 0
            ? []
            : Enumerable.Range(0, members[members.Count - 1].Order + 1).Select(order => members.FirstOrDefault(member => member.Order == order));
    }

    /// <summary>Returns the cases of a union.</summary>
    public static IEnumerable<(int Tag, INamedTypeSymbol Type)> UnionOf(INamedTypeSymbol type) => type.OriginalDefinition.GetAttributes()
        .Where(static attribute => attribute.AttributeClass?.Is(KnownTypes.MemoryPackUnion) == true && attribute.ConstructorArguments.Length == 2)
        .Select(attribute => (
            (int)(ushort)attribute.ConstructorArguments[0].Value!,
            Closed((INamedTypeSymbol)attribute.ConstructorArguments[1].Value!, type)));

    /// <summary>Returns the interface through which MemoryPack writes a collection type of the user's.</summary>
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

    // A custom formatter may write anything. The shapes of some of MemoryPack's formatters are known.
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
        method is { MethodKind: MethodKind.Ordinary, IsImplicitlyDeclared: false, Parameters.IsEmpty: false }
        && method.GetAttributes().Any(static attribute => attribute.AttributeClass is { } type && s_callbacks.Contains(KnownTypes.MetadataNameOf(type)));
}

/// <summary>The form in which MemoryPack's generator writes a type.</summary>
internal enum MemoryPackKind
{
    Object,
    Tolerant,
    Circular,
    Collection,
    Union,
}

/// <summary>A member that MemoryPack's generator writes.</summary>
/// <param name="Symbol">The field or property.</param>
/// <param name="Type">The member's type.</param>
/// <param name="Order">The member's number.</param>
/// <param name="Shape">The member's shape if a formatter attribute determines it; null if the type does.</param>
internal sealed record MemoryPackMember(ISymbol Symbol, ITypeSymbol Type, int Order, string? Shape);
