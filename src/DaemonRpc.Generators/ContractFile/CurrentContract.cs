using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.ContractFile;

/// <summary>A contract as the project declares it now, in the words of the contract file.</summary>
internal sealed class CurrentContract
{
    public CurrentContract(INamedTypeSymbol contract, Compilation compilation)
    {
        Symbol = contract;
        WireTypes types = new(contract.ContainingAssembly, compilation);
        List<(RecordedMethod, IMethodSymbol)> methods = [];
        foreach (ContractMethod method in ContractMethods.Of(contract))
        {
            // Describes the types, too.
            _ = WireSignature.TypesOf(method, types).Count();
            if (RecordedMethod.Read($"{Name}.{TextOf(method, types)}") is { } recorded)
            {
                methods.Add((recorded, method.Symbol));
            }
        }

        Methods = methods;
        Types = [.. types.All.Where(static type => type.Line is not null)];
    }

    public INamedTypeSymbol Symbol { get; }

    public string Name => KnownTypes.MetadataNameOf(Symbol);

    public IReadOnlyList<(RecordedMethod Recorded, IMethodSymbol Symbol)> Methods { get; }

    /// <summary>The types whose members travel.</summary>
    public IReadOnlyList<WireType> Types { get; }

    /// <summary>The contract's lines.</summary>
    public IEnumerable<string> Lines => Methods.Select(static method => method.Recorded.Line).Concat(Types.Select(static type => type.Line!));

    private static string TextOf(ContractMethod method, WireTypes types)
    {
        int fewest = WireSignature.FewestArguments(method.Symbol);
        IEnumerable<string> parameters = WireSignature.Travelling(method.Symbol)
            .Select((parameter, index) => WireSignature.TextOf(parameter, types) + (index < fewest ? "" : RecordedMethod.Optional));
        return $"{method.Symbol.Name}({string.Join(", ", parameters)}){WireSignature.AnswerOf(method)}";
    }
}
