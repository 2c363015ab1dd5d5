using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>
/// Finds contracts of a program that clash. Of several clashing contracts, the first in the sources is valid. The analyzer reports the
/// others, and the generator leaves them out.
/// </summary>
internal static class ContractClashes
{
    /// <summary>Returns the id and names that a contract claims.</summary>
    public static ContractClaim ClaimOf(INamedTypeSymbol contract, AttributeData attribute)
    {
        string prefix = SourceNames.Namespace(contract.ContainingNamespace) is { } name ? name + "." : "";
        return new ContractClaim(
            KnownTypes.MetadataNameOf(contract),
            ContractRules.IdOf(contract, attribute),
            prefix + SourceNames.StemOf(contract.Name));
    }

    /// <summary>Returns the claims of all contracts of a compilation, in the order of its sources, which is the generator's order.</summary>
    public static IReadOnlyList<ContractClaim> ClaimsOf(Compilation compilation)
    {
        List<SyntaxTree> trees = [.. compilation.SyntaxTrees];
        return
        [
            .. compilation.Assembly.GlobalNamespace.AllTypes()
                .Where(static type => type.TypeKind == TypeKind.Interface)
                .Select(static type => (Type: type, Attribute: type.FindAttribute(KnownTypes.DaemonRpcAttribute)))
                .Where(static pair => pair.Attribute?.ApplicationSyntaxReference is not null)
                .OrderBy(pair => trees.IndexOf(pair.Attribute!.ApplicationSyntaxReference!.SyntaxTree))
                .ThenBy(static pair => pair.Attribute!.ApplicationSyntaxReference!.Span.Start)
                .Select(static pair => ClaimOf(pair.Type, pair.Attribute!)),
        ];
    }

    /// <summary>Returns a diagnostic for each clash of a contract with an earlier one.</summary>
    public static IEnumerable<Diagnostic> Check(INamedTypeSymbol contract, AttributeData attribute, IReadOnlyList<ContractClaim> claims)
    {
        ContractClaim own = ClaimOf(contract, attribute);
        if (FirstWithId(own, claims) is { } sameId)
        {
            yield return Diagnostic.Create(Descriptors.IdMustBeUnique, SourceLocations.OfId(contract, attribute), contract.Name, own.Id, sameId.Contract);
        }

        if (FirstWithStem(own, claims) is { } sameStem)
        {
            string client = SourceNames.StemOf(contract.Name) + "Client";
            yield return Diagnostic.Create(Descriptors.GeneratedNamesMustBeUnique, contract.Locations[0], contract.Name, client, $"is already generated for '{sameStem.Contract}'");
        }
    }

    /// <summary>Returns the contracts that clash with an earlier one, so that nothing can be generated for them.</summary>
    public static EquatableArray<string> SecondOnes(IReadOnlyList<ContractClaim> claims) => new(claims
        .Where(claim => FirstWithId(claim, claims) is not null || FirstWithStem(claim, claims) is not null)
        .Select(static claim => claim.Contract));

    private static ContractClaim? FirstWithId(ContractClaim own, IEnumerable<ContractClaim> claims) =>
        OtherThan(own, claims.FirstOrDefault(claim => claim.Id == own.Id));

    private static ContractClaim? FirstWithStem(ContractClaim own, IEnumerable<ContractClaim> claims) =>
        OtherThan(own, claims.FirstOrDefault(claim => claim.Stem == own.Stem));

    private static ContractClaim? OtherThan(ContractClaim own, ContractClaim? first) => first?.Contract == own.Contract ? null : first;
}
