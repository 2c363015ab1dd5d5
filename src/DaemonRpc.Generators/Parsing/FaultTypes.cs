using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Reads the faults that a method declares.</summary>
internal static class FaultTypes
{
    /// <summary>Returns the types that any declaration of a method names, each once, in their order.</summary>
    public static IEnumerable<ITypeSymbol> Of(ContractMethod method) => method.Declarations
        .SelectMany(AttributesOf)
        .Select(TypeOf)
        .OfType<ITypeSymbol>()
        .Distinct<ITypeSymbol>(SymbolEqualityComparer.Default);

    /// <summary>Returns the method's <c>[Fault]</c> attributes.</summary>
    public static IEnumerable<AttributeData> AttributesOf(IMethodSymbol method) =>
        method.GetAttributes().Where(static attribute => attribute.AttributeClass?.Is(KnownTypes.Fault) == true);

    /// <summary>Returns the type that an attribute names; null while it is being typed.</summary>
    public static ITypeSymbol? TypeOf(AttributeData attribute) =>
        attribute.ConstructorArguments.Select(static argument => argument.Value).OfType<ITypeSymbol>().FirstOrDefault();
}
