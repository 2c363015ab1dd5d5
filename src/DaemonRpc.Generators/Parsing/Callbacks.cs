using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Finds the callbacks that a contract's methods take, and names the code generated for them.</summary>
internal sealed class Callbacks(IEnumerable<IMethodSymbol> methods)
{
    private readonly INamedTypeSymbol[] _types =
    [
        .. methods
            .SelectMany(static method => method.Parameters)
            .Select(static parameter => parameter.Type.WithNullableAnnotation(NullableAnnotation.None))
            .Where(static type => type.IsCallback())
            .OfType<INamedTypeSymbol>()
            .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default),
    ];

    /// <summary>Returns the name of the class with the code of a callback.</summary>
    public string NameOf(ITypeSymbol type)
    {
        int index = Array.FindIndex(_types, other => SymbolEqualityComparer.Default.Equals(other, type));
        string stem = SourceNames.StemOf(type.Name);
        int before = _types.Take(index).Count(other => SourceNames.StemOf(other.Name) == stem);
        return $"{stem}Callback{(before == 0 ? "" : before + 1)}";
    }

    public IEnumerable<CallbackModel> Models(ContractIdentity contract, TypeTexts texts) => _types.Select(type => ModelOf(type, contract, texts));

    private CallbackModel ModelOf(INamedTypeSymbol type, ContractIdentity contract, TypeTexts texts)
    {
        IReadOnlyList<ContractMethod> all = ContractMethods.Of(type);
        return new CallbackModel
        {
            Name = NameOf(type),
            Interface = SourceNames.Annotated(type),
            ShownName = SourceNames.Shown(type),
            Methods = new(all.Select(method => MethodParser.Parse(method, type, contract, all, this, texts))),
        };
    }
}
