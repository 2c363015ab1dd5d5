using System.Collections.Immutable;
using System.Reflection.Metadata;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Reads the types of signatures in metadata. Gives null for types that a contract's values cannot have, and for types that contain such types.</summary>
/// <param name="module">The module that contains the signatures.</param>
/// <param name="compilation">Creates array types. If null, an array counts as its element type.</param>
internal sealed class MetadataTypes(IModuleSymbol module, Compilation? compilation) : ISignatureTypeProvider<ITypeSymbol?, INamedTypeSymbol>
{
    public ITypeSymbol? GetArrayType(ITypeSymbol? elementType, ArrayShape shape) => ArrayOf(elementType, shape.Rank);

    public ITypeSymbol? GetSZArrayType(ITypeSymbol? elementType) => ArrayOf(elementType, 1);

    public ITypeSymbol? GetByReferenceType(ITypeSymbol? elementType) => null;

    public ITypeSymbol? GetFunctionPointerType(MethodSignature<ITypeSymbol?> signature) => null;

    public ITypeSymbol? GetPointerType(ITypeSymbol? elementType) => null;

    public ITypeSymbol? GetPinnedType(ITypeSymbol? elementType) => null;

    public ITypeSymbol? GetGenericMethodParameter(INamedTypeSymbol genericContext, int index) => null;

    public ITypeSymbol? GetModifiedType(ITypeSymbol? modifier, ITypeSymbol? unmodifiedType, bool isRequired) => unmodifiedType;

    public ITypeSymbol? GetTypeFromSpecification(MetadataReader reader, INamedTypeSymbol genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public ITypeSymbol? GetGenericTypeParameter(INamedTypeSymbol genericContext, int index) => ArgumentsOf(genericContext).ElementAtOrDefault(index);

    public ITypeSymbol? GetPrimitiveType(PrimitiveTypeCode typeCode) => module.ReferencedAssemblySymbols
        .Append(module.ContainingAssembly)
        .Select(assembly => Find(assembly, $"System.{typeCode}"))
        .FirstOrDefault(static type => type is { SpecialType: not SpecialType.None });

    public ITypeSymbol? GetGenericInstantiation(ITypeSymbol? genericType, ImmutableArray<ITypeSymbol?> typeArguments) =>
        genericType is INamedTypeSymbol generic && typeArguments.All(static argument => argument is not null) ? Construct(generic, typeArguments!) : null;

    public ITypeSymbol? GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        Find(module.ContainingAssembly, NameOf(reader, handle));

    public ITypeSymbol? GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        TypeReference reference = reader.GetTypeReference(handle);
        string name = Join(reader.GetString(reference.Namespace), reader.GetString(reference.Name), '.');
        while (reference.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            reference = reader.GetTypeReference((TypeReferenceHandle)reference.ResolutionScope);
            name = $"{Join(reader.GetString(reference.Namespace), reader.GetString(reference.Name), '.')}+{name}";
        }

        if (reference.ResolutionScope.Kind != HandleKind.AssemblyReference)
        {
            return Find(module.ContainingAssembly, name);
        }

        string assemblyName = reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name);
        return module.ReferencedAssemblySymbols.FirstOrDefault(assembly => assembly.Name == assemblyName) is { } found ? Find(found, name) : null;
    }

    private static string NameOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition definition = reader.GetTypeDefinition(handle);
        string name = reader.GetString(definition.Name);
        return definition.GetDeclaringType() is { IsNil: false } outer
            ? $"{NameOf(reader, outer)}+{name}"
            : Join(reader.GetString(definition.Namespace), name, '.');
    }

    private static string Join(string outer, string name, char separator) => outer.Length == 0 ? name : outer + separator + name;

    // The named assembly may only forward the type to another one.
    private static INamedTypeSymbol? Find(IAssemblySymbol assembly, string name) => assembly.GetTypeByMetadataName(name) ?? assembly.ResolveForwardedType(name);

    private ITypeSymbol? ArrayOf(ITypeSymbol? element, int rank) =>
        element is null || compilation is null ? element : compilation.CreateArrayTypeSymbol(element, rank);

    /// <summary>Returns a type's arguments as metadata counts them: a nested type has those of its containing types too.</summary>
    private static IEnumerable<ITypeSymbol> ArgumentsOf(INamedTypeSymbol type) =>
        (type.ContainingType is { } outer ? ArgumentsOf(outer) : []).Concat(type.TypeArguments);

    private static INamedTypeSymbol? Construct(INamedTypeSymbol generic, ImmutableArray<ITypeSymbol> arguments)
    {
        int own = generic.Arity;
        INamedTypeSymbol? type = generic;
        if (generic.ContainingType is { } outer && arguments.Length > own)
        {
            type = Construct(outer, arguments.RemoveRange(arguments.Length - own, own))?.GetTypeMembers(generic.Name, own).FirstOrDefault();
        }

        return own == 0 ? type : type?.Construct([.. arguments.Skip(arguments.Length - own)]);
    }
}
