using DaemonRpc.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The rules for contracts. The analyzer reports violations, the parser stops at the first error.</summary>
internal static class ContractRules
{
    private const int LongestId = 200;

    public static IEnumerable<Diagnostic> Check(INamedTypeSymbol contract, AttributeData attribute) =>
        CheckDeclaration(contract)
            .Concat(GeneratedNames.Check(contract))
            .Concat(CheckId(contract, attribute))
            .Concat(contract.GetMembers().SelectMany(MethodRules.Check))
            .Concat(CheckMethodIds(contract));

    /// <summary>Returns the methods that clients can call. Private, sealed and static methods with a body are not part of the contract.</summary>
    public static IEnumerable<IMethodSymbol> MethodsOf(INamedTypeSymbol contract) =>
        contract.GetMembers().OfType<IMethodSymbol>().Where(MethodRules.IsContractMethod);

    /// <summary>Returns the id from the attribute, or the contract's full name if the attribute gives none.</summary>
    public static string IdOf(INamedTypeSymbol contract, AttributeData attribute) =>
        attribute.ConstructorArguments.FirstOrDefault().Value as string ?? KnownTypes.MetadataNameOf(contract);

    private static IEnumerable<Diagnostic> CheckDeclaration(INamedTypeSymbol contract)
    {
        Location location = contract.Locations[0];
        if (contract.IsGenericType)
        {
            yield return Diagnostic.Create(Descriptors.ContractMustNotBeGeneric, location, contract.Name);
        }

        if (contract.ContainingType is not null || contract.IsFileLocal)
        {
            yield return Diagnostic.Create(Descriptors.ContractMustBeTopLevel, location, contract.Name);
        }

        foreach (INamedTypeSymbol inherited in contract.Interfaces)
        {
            yield return Diagnostic.Create(Descriptors.ContractMustNotInherit, location, contract.Name, inherited.Name);
        }
    }

    private static IEnumerable<Diagnostic> CheckId(INamedTypeSymbol contract, AttributeData attribute)
    {
        string id = IdOf(contract, attribute);
        if (string.IsNullOrWhiteSpace(id) || id.Length > LongestId || id.Any(char.IsControl))
        {
            yield return Diagnostic.Create(Descriptors.IdMustBeName, SourceLocations.OfId(contract, attribute), contract.Name);
        }
    }

    private static IEnumerable<Diagnostic> CheckMethodIds(INamedTypeSymbol contract)
    {
        foreach (IGrouping<uint, IMethodSymbol> sameId in MethodsOf(contract).GroupBy(MethodId.Of))
        {
            foreach (IMethodSymbol method in sameId.Skip(1))
            {
                yield return Diagnostic.Create(Descriptors.MethodIdMustBeUnique, method.Locations[0], method.Name, sameId.First().Name);
            }
        }
    }
}
