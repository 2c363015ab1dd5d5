using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Finds the private members that MemoryPack writes of another assembly's types. The compiler does not read them, so they are read from metadata.</summary>
internal static class HiddenMembers
{
    private const string Include = "MemoryPackIncludeAttribute";

    /// <summary>
    /// Returns the types of a type's hidden members, as far as they can be found. Returns none for a type with source code, because the
    /// compiler shows all its members.
    /// </summary>
    /// <param name="type">The type. Inherited members are ignored.</param>
    /// <param name="compilation">Creates array types. If null, an array counts as its element type.</param>
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
