using DaemonRpc.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The rules for a contract's base interfaces, and for methods that meet in one contract.</summary>
internal static class InheritanceRules
{
    public static IEnumerable<Diagnostic> Check(INamedTypeSymbol contract)
    {
        INamedTypeSymbol[] others = [.. InheritedContractsOf(contract)];
        IReadOnlyList<ContractMethod> methods = ContractMethods.Of(contract);
        return CheckDisposable(contract, others)
            .Concat(CheckTypes(contract, methods, others))
            .Concat(CheckIds(contract, methods, others));
    }

    /// <summary>Returns the base interfaces that are contracts of the same assembly. The analyzer checks them for their own sake.</summary>
    public static IEnumerable<INamedTypeSymbol> InheritedContractsOf(INamedTypeSymbol contract) => contract.AllInterfaces.Where(inherited =>
        !inherited.IsGenericType
        && SymbolEqualityComparer.Default.Equals(inherited.ContainingAssembly, contract.ContainingAssembly)
        && inherited.HasAttribute(KnownTypes.DaemonRpcAttribute));

    private static IEnumerable<Diagnostic> CheckDisposable(INamedTypeSymbol contract, INamedTypeSymbol[] others) => contract.AllInterfaces
        .Where(type => type.SpecialType == SpecialType.System_IDisposable && !others.Any(other => other.Inherits(type)))
        .Select(type => Diagnostic.Create(Descriptors.ContractMustNotBeDisposable, SourceLocations.OfBase(contract, type), contract.Name));

    private static IEnumerable<Diagnostic> CheckTypes(INamedTypeSymbol contract, IEnumerable<ContractMethod> methods, INamedTypeSymbol[] others) => methods
        .SelectMany(static method => method.Others.Where(other => TypesOf(other) != TypesOf(method.Symbol)).Select(other => (First: method.Symbol, Second: other)))
        .Where(pair => !MeetIn(others, pair.First, pair.Second))
        .Select(pair => Report(Descriptors.InheritedMethodsMustAgree, contract, pair.First, pair.Second));

    private static IEnumerable<Diagnostic> CheckIds(INamedTypeSymbol contract, IEnumerable<ContractMethod> methods, INamedTypeSymbol[] others) => methods
        .Select(static method => method.Symbol)
        .GroupBy(MethodId.Of)
        .SelectMany(static sameId => sameId.Skip(1).Select(method => (First: sameId.First(), Second: method)))
        .Where(pair => !MeetIn(others, pair.First, pair.Second))
        .Select(pair => Report(Descriptors.MethodIdMustBeUnique, contract, pair.First, pair.Second));

    private static bool MeetIn(INamedTypeSymbol[] others, IMethodSymbol first, IMethodSymbol second) =>
        others.Any(other => other.Inherits(first.ContainingType) && other.Inherits(second.ContainingType));

    /// <summary>Reports one of two methods: the contract's own, or else the second, at the base list.</summary>
    private static Diagnostic Report(DiagnosticDescriptor descriptor, INamedTypeSymbol contract, IMethodSymbol first, IMethodSymbol second)
    {
        if (SymbolEqualityComparer.Default.Equals(first.ContainingType, second.ContainingType))
        {
            MemberPlace place = new(contract, second.ContainingType);
            return Diagnostic.Create(descriptor, place.At(second.Locations[0]), place.NameOf(second), place.NameOf(first));
        }

        return SymbolEqualityComparer.Default.Equals(first.ContainingType, contract)
            ? Diagnostic.Create(descriptor, first.Locations[0], NameOf(first), NameOf(second))
            : Diagnostic.Create(descriptor, SourceLocations.OfBase(contract, second.ContainingType), NameOf(second), NameOf(first));
    }

    private static string NameOf(IMethodSymbol method) => $"{SourceNames.Shown(method.ContainingType)}.{method.Name}";

    private static string TypesOf(IMethodSymbol method) =>
        string.Join(",", method.Parameters.Select(static parameter => parameter.Type).Prepend(method.ReturnType).Select(SourceNames.Annotated));
}
