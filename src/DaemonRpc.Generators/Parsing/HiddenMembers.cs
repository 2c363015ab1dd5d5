using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The private members that MemoryPack writes of a type of another assembly. The compiler does not read them; the assembly's metadata tells.</summary>
internal static class HiddenMembers
{
    private const string Include = "MemoryPackIncludeAttribute";

    /// <summary>Their types, as far as those can be found; none for a type whose source is at hand, as the compiler shows its members.</summary>
    /// <param name="type">The type. What it inherits is not looked at.</param>
    /// <param name="compilation">What makes types of arrays; without one an array counts as its elements.</param>
    public static IEnumerable<ITypeSymbol> TypesOf(INamedTypeSymbol type, Compilation? compilation)
    {
        INamedTypeSymbol definition = type.OriginalDefinition;
        if (!definition.DeclaringSyntaxReferences.IsEmpty || definition.ContainingModule?.GetMetadata()?.GetMetadataReader() is not { } reader)
        {
            return [];
        }

        TypeDefinition written = reader.GetTypeDefinition((TypeDefinitionHandle)MetadataTokens.EntityHandle(definition.MetadataToken));
        MetadataTypes types = new(definition.ContainingModule, compilation);
        IEnumerable<ITypeSymbol?> fields = written.GetFields()
            .Select(reader.GetFieldDefinition)
            .Where(field => IsIncluded(reader, field.GetCustomAttributes()))
            .Select(field => field.DecodeSignature(types, type));
        IEnumerable<ITypeSymbol?> properties = written.GetProperties()
            .Select(reader.GetPropertyDefinition)
            .Where(property => IsIncluded(reader, property.GetCustomAttributes()))
            .Select(property => property.DecodeSignature(types, type).ReturnType);
        return [.. fields.Concat(properties).OfType<ITypeSymbol>()];
    }

    private static bool IsIncluded(MetadataReader reader, CustomAttributeHandleCollection attributes) => attributes
        .Select(handle => reader.GetCustomAttribute(handle).Constructor)
        .Any(constructor => constructor.Kind == HandleKind.MemberReference
            && reader.GetMemberReference((MemberReferenceHandle)constructor).Parent is { Kind: HandleKind.TypeReference } parent
            && reader.StringComparer.Equals(reader.GetTypeReference((TypeReferenceHandle)parent).Name, Include));
}
