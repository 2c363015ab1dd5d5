using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Finds the methods that clients can call: those of a contract and of its base interfaces.</summary>
internal static class ContractMethods
{
    public const string AsyncDisposable = "System.IAsyncDisposable";

    /// <summary>
    /// Returns a contract's methods: its own in declaration order, then inherited ones, each once. Private, sealed and static methods with
    /// a body are not part of a contract.
    /// </summary>
    public static IReadOnlyList<ContractMethod> Of(INamedTypeSymbol contract)
    {
        IMethodSymbol[] methods =
        [
            .. InterfacesOf(contract)
                .SelectMany(static type => type.GetMembers().OfType<IMethodSymbol>())
                .Where(MethodRules.IsContractMethod),
        ];

        // Most names are unique. Of those, no parameters need to be compared.
        HashSet<string> names = [];
        HashSet<string> repeated = [.. methods.Select(static method => method.Name).Where(name => !names.Add(name))];
        return
        [
            .. methods
                .GroupBy(method => repeated.Contains(method.Name) ? KeyOf(method) : method.Name)
                .Select(static same => new ContractMethod(same.First(), [.. same.Skip(1)])),
        ];
    }

    /// <summary>Returns the interfaces whose methods a contract has: the contract first, and each interface before the ones that it inherits.</summary>
    /// <remarks>
    /// The interfaces for disposal have no calls: <c>DisposeAsync</c> ends the client's connection, and the daemon disposes its handler
    /// itself. <see cref="ContractRules"/> reports <see cref="IDisposable"/>.
    /// </remarks>
    public static IEnumerable<INamedTypeSymbol> InterfacesOf(INamedTypeSymbol contract) => contract.AllInterfaces
        .Where(static type => type.SpecialType != SpecialType.System_IDisposable && !type.Is(AsyncDisposable))
        .Prepend(contract);

    /// <summary>
    /// Whether a call through a contract could miss an inherited method, because another of its interfaces has a member of the same name.
    /// C# calls an overload of a more derived interface even if its parameters fit less well.
    /// </summary>
    public static bool IsShadowed(IMethodSymbol method, INamedTypeSymbol contract) =>
        !SymbolEqualityComparer.Default.Equals(method.ContainingType, contract)
        && contract.AllInterfaces.Prepend(contract).Any(other =>
            !SymbolEqualityComparer.IncludeNullability.Equals(other, method.ContainingType) && !other.GetMembers(method.Name).IsEmpty);

    /// <summary>Returns what methods have in common that one method of a class implements.</summary>
    private static string KeyOf(IMethodSymbol method) =>
        $"{method.Name}`{method.Arity}({string.Join(",", method.Parameters.Select(static parameter => parameter.RefKind + SourceNames.Plain(parameter.Type)))})";
}

/// <summary>One method of a contract.</summary>
/// <param name="Symbol">The declaration through which the daemon calls the method.</param>
/// <param name="Others">The declarations in further base interfaces, which the client's method implements too.</param>
internal sealed record ContractMethod(IMethodSymbol Symbol, IReadOnlyList<IMethodSymbol> Others)
{
    public IEnumerable<IMethodSymbol> Declarations => Others.Prepend(Symbol);
}
