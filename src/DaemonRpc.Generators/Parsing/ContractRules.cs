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
            .Concat(ContractMethods.InterfacesOf(contract)
                .Except<INamedTypeSymbol>(InheritanceRules.InheritedContractsOf(contract).SelectMany(ContractMethods.InterfacesOf), SymbolEqualityComparer.IncludeNullability)
                .SelectMany(declaring => MethodRules.CheckMembers(declaring, contract)))
            .Concat(InheritanceRules.Check(contract))
            .Distinct();

    /// <summary>Whether code can be generated for a contract. Errors that another contract passes on are reported only there.</summary>
    public static bool IsValid(INamedTypeSymbol contract, AttributeData attribute) => !Check(contract, attribute)
        .Concat(InheritanceRules.InheritedContractsOf(contract).SelectMany(static inherited => ContractMethods.InterfacesOf(inherited)
            .SelectMany(declaring => MethodRules.CheckMembers(declaring, inherited))
            .Concat(InheritanceRules.Check(inherited))))
        .Any(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

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
    }

    private static IEnumerable<Diagnostic> CheckId(INamedTypeSymbol contract, AttributeData attribute)
    {
        string id = IdOf(contract, attribute);
        if (string.IsNullOrWhiteSpace(id) || id.Length > LongestId || id.Any(char.IsControl))
        {
            yield return Diagnostic.Create(Descriptors.IdMustBeName, SourceLocations.OfId(contract, attribute), contract.Name);
        }

        // ContractClashes finds the contracts of this assembly. An inherited contract of another one is certainly part of the program too.
        foreach (INamedTypeSymbol inherited in contract.AllInterfaces)
        {
            if (!SymbolEqualityComparer.Default.Equals(inherited.ContainingAssembly, contract.ContainingAssembly)
                && inherited.FindAttribute(KnownTypes.DaemonRpcAttribute) is { } other
                && IdOf(inherited, other) == id)
            {
                yield return Diagnostic.Create(
                    Descriptors.IdMustBeUnique, SourceLocations.OfId(contract, attribute), contract.Name, id, KnownTypes.MetadataNameOf(inherited));
            }
        }
    }
}
