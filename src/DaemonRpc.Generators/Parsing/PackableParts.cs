using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>What MemoryPack writes when it writes a <c>[MemoryPackable]</c> type: its rules, read from symbols.</summary>
internal static class PackableParts
{
    // The values of MemoryPack's enum GenerateType.
    private const int Collection = 3;
    private const int NoGenerate = 4;

    /// <summary>The types of a packable type's members, cases or elements.</summary>
    /// <remarks>A private member that another assembly includes is not among them: the compiler does not read it.</remarks>
    public static IEnumerable<ITypeSymbol> Of(INamedTypeSymbol type)
    {
        if (IsUnion(type))
        {
            return CasesOf(type).Select(static unionCase => unionCase.Type);
        }

        return KindOf(type) == Collection ? ElementsOf(type) : MembersOf(type);
    }

    /// <summary>The members for which the user chose a formatter that reads other bytes than it has written.</summary>
    public static IEnumerable<ISymbol> MisreadMembersOf(INamedTypeSymbol type) =>
        IsObject(type) ? WrittenMembersOf(type).Where(static member => member.HasAttribute("MemoryPack.BrotliFormatterAttribute")) : [];

    /// <summary>Whether MemoryPack's generator makes the type an <c>IMemoryPackable</c> of itself.</summary>
    public static bool IsObject(INamedTypeSymbol type) =>
        !type.IsAbstract && !IsUnion(type) && KindOf(type) is not (Collection or NoGenerate);

    public static bool IsUnion(INamedTypeSymbol type) => type.OriginalDefinition.HasAttribute(KnownTypes.MemoryPackUnion);

    /// <summary>The cases of a union, closed with the union's own type arguments as MemoryPack closes them.</summary>
    public static IEnumerable<(ushort Tag, INamedTypeSymbol Type)> CasesOf(INamedTypeSymbol union)
    {
        foreach (AttributeData attribute in union.OriginalDefinition.GetAttributes())
        {
            if (attribute.AttributeClass?.Is(KnownTypes.MemoryPackUnion) == true
                && attribute.ConstructorArguments.Length == 2
                && attribute.ConstructorArguments[0].Value is ushort tag
                && attribute.ConstructorArguments[1].Value is INamedTypeSymbol type)
            {
                yield return (tag, Close(type, union));
            }
        }
    }

    private static INamedTypeSymbol Close(INamedTypeSymbol type, INamedTypeSymbol union) =>
        type.IsUnboundGenericType && type.Arity == union.Arity
            ? type.OriginalDefinition.Construct([.. union.TypeArguments])
            : type;

    private static int KindOf(INamedTypeSymbol type)
    {
        AttributeData? attribute = type.OriginalDefinition.FindAttribute(KnownTypes.MemoryPackable);
        return attribute?.ConstructorArguments.FirstOrDefault(static argument => argument.Type?.Name == "GenerateType").Value as int? ?? 0;
    }

    private static IEnumerable<ITypeSymbol> ElementsOf(INamedTypeSymbol type) => type.AllInterfaces
        .Where(static implemented => KnownTypes.MetadataNameOf(implemented)
            is "System.Collections.Generic.ICollection`1" or "System.Collections.Generic.IDictionary`2")
        .SelectMany(static implemented => implemented.TypeArguments);

    private static IEnumerable<ITypeSymbol> MembersOf(INamedTypeSymbol type) =>
        WrittenMembersOf(type).Select(static member => member is IFieldSymbol field ? field.Type : ((IPropertySymbol)member).Type);

    private static IEnumerable<ISymbol> WrittenMembersOf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (ISymbol member in current.GetMembers().Where(IsWritten))
            {
                yield return member;
            }
        }
    }

    private static bool IsWritten(ISymbol member) =>
        member is IFieldSymbol or IPropertySymbol { IsIndexer: false, GetMethod: not null }
        && member is { IsStatic: false, IsImplicitlyDeclared: false, CanBeReferencedByName: true }
        && !member.HasAttribute("MemoryPack.MemoryPackIgnoreAttribute")
        && (member.DeclaredAccessibility == Accessibility.Public || member.HasAttribute("MemoryPack.MemoryPackIncludeAttribute"));
}
