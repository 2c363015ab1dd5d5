using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Where the members of one of a contract's interfaces are reported, and by which names.</summary>
/// <remarks>
/// A member is reported where it stands if that is in a file of the contract. Otherwise, the contract's base list is reported. So it is
/// if the interface is generic, because the contract chose the type arguments.
/// </remarks>
/// <param name="contract">The contract.</param>
/// <param name="declaring">The contract, or a base interface of it.</param>
internal sealed class MemberPlace(INamedTypeSymbol contract, INamedTypeSymbol declaring)
{
    private readonly Location? _baseEntry = IsBesideContract(contract, declaring) ? null : SourceLocations.OfBase(contract, declaring);

    /// <summary>The types of which nothing is to be said. Methods of one interface mention the same types again and again.</summary>
    public HashSet<ITypeSymbol> Faultless { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The assembly of the generated code.</summary>
    public IAssemblySymbol Assembly => contract.ContainingAssembly;

    /// <summary>Returns the location to report, given the location in the interface.</summary>
    public Location At(Location exact) => _baseEntry ?? exact;

    /// <summary>Returns a member's name, with the interface's name if the location does not show the member.</summary>
    public string NameOf(ISymbol member)
    {
        string name = member is IPropertySymbol { IsIndexer: true } ? "this[]" : member.Name;
        return _baseEntry is null ? name : $"{SourceNames.Shown(declaring)}.{name}";
    }

    private static bool IsBesideContract(INamedTypeSymbol contract, INamedTypeSymbol declaring) =>
        SymbolEqualityComparer.Default.Equals(declaring, contract)
        || (!declaring.IsGenericType && declaring.Locations.All(location =>
            location.IsInSource && contract.Locations.Any(own => own.SourceTree == location.SourceTree)));
}
