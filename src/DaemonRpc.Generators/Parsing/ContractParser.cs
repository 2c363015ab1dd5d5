using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Turns a contract's symbol into the model that the emitters write from.</summary>
internal static class ContractParser
{
    /// <summary>Returns the contract's model, or null if no code can be generated. The analyzer then tells the user why.</summary>
    public static ContractModel? Parse(GeneratorAttributeSyntaxContext match, CancellationToken cancellationToken)
    {
        INamedTypeSymbol contract = (INamedTypeSymbol)match.TargetSymbol;
        AttributeData attribute = match.Attributes[0];
        if (!ContractRules.IsValid(contract, attribute))
        {
            return null;
        }

        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<ContractMethod> all = ContractMethods.Of(contract);
        IMethodSymbol[] methods = [.. all.Select(static method => method.Symbol)];
        if (methods.Any(static method => method.ReturnType.TypeKind == TypeKind.Error))
        {
            // A type does not exist. The compiler reports that.
            return null;
        }

        ContractIdentity identity = IdentityOf(contract);
        Callbacks callbacks = new(methods);
        TypeTexts texts = new();
        FormatterRoots roots = RootsOf(contract, all, match.SemanticModel.Compilation);
        MethodModel[] models = [.. all.Select(method => MethodParser.Parse(method, contract, identity, all, callbacks, texts))];
        return new ContractModel
        {
            Identity = identity,
            IdLiteral = SourceNames.Literal(ContractRules.IdOf(contract, attribute)),
            Methods = new(models),
            Callbacks = new(callbacks.Models(identity, texts)),
            Packables = new(roots.Packables),
            Formatters = new(roots.Formatters),
            MemberFormatters = new(roots.MemberFormatters),
            ExactPackables = new(roots.Exact),
            CopiedPackables = new(roots.Copied),
            Shapes = ShapesOf(contract, all),
            Forms = new(MethodForms.Of(all, models, new WireTypes(contract.ContainingAssembly, match.SemanticModel.Compilation))),
            SuppressedWarnings = new(UseWarnings.Of(contract, methods, roots.Types)),
        };
    }

    /// <summary>Returns the names of a contract and of the types generated for it.</summary>
    public static ContractIdentity IdentityOf(INamedTypeSymbol contract) => new()
    {
        Namespace = SourceNames.Namespace(contract.ContainingNamespace),
        Name = contract.Name,
        Interface = SourceNames.IsInterfaceName(contract.Name) ? contract.Name : SourceNames.Plain(contract),
        Stem = SourceNames.StemOf(contract.Name),
        Visibility = contract.DeclaredAccessibility == Accessibility.Public ? "public" : "internal",
        HintName = KnownTypes.MetadataNameOf(contract),
    };

    private static FormatterRoots RootsOf(INamedTypeSymbol contract, IEnumerable<ContractMethod> methods, Compilation compilation)
    {
        FormatterRoots roots = new(contract.ContainingAssembly, compilation);
        foreach (ITypeSymbol type in methods.SelectMany(ValuesOf))
        {
            roots.Add(type);
        }

        roots.AddMembers();
        return roots;
    }

    private static ValueShapesModel ShapesOf(INamedTypeSymbol contract, IEnumerable<ContractMethod> methods)
    {
        ValueShapes shapes = new(contract.ContainingAssembly);
        foreach (ITypeSymbol type in methods.SelectMany(ValuesOf))
        {
            shapes.Add(type);
        }

        return shapes.Model;
    }

    /// <summary>Returns the types of the values that travel with a call: its arguments, the items of its streams, its progress reports, its faults, and its result or items.</summary>
    private static IEnumerable<ITypeSymbol> ValuesOf(ContractMethod method)
    {
        foreach (IParameterSymbol parameter in method.Symbol.Parameters.Where(static parameter => !parameter.IsCancellationToken() && !parameter.IsDescriptor()))
        {
            if (parameter.Type.IsCallback())
            {
                foreach (ITypeSymbol value in ContractMethods.Of((INamedTypeSymbol)parameter.Type).SelectMany(ValuesOf))
                {
                    yield return value;
                }
            }
            else
            {
                yield return parameter.TravellingType();
            }
        }

        if (ReplyShapes.ResultTypeOf(method.Symbol) is { } result && !ReplyShapes.IsByteStream(method.Symbol))
        {
            yield return result;
        }

        foreach (ITypeSymbol fault in FaultTypes.Of(method))
        {
            yield return fault;
        }
    }
}
