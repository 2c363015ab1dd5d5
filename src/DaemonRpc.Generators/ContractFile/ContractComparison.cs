using System.Collections.Immutable;
using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.ContractFile;

/// <summary>Finds what has changed since the contract file was written, and whether builds with the recorded contract still understand it.</summary>
internal sealed class ContractComparison
{
    /// <summary>The property of a diagnostic that has the file's next text, for the fix.</summary>
    public const string NextText = "text";

    private readonly RecordedContracts _recorded;
    private readonly ImmutableDictionary<string, string?> _properties;
    private readonly HashSet<string> _reportedTypes = [];
    private readonly Dictionary<string, List<Diagnostic>> _found = [];

    public ContractComparison(RecordedContracts recorded, Compilation compilation)
    {
        _recorded = recorded;
        INamedTypeSymbol[] symbols = [.. compilation.Assembly.GlobalNamespace.AllTypes().Where(static type => type.TypeKind == TypeKind.Interface && type.HasAttribute(KnownTypes.DaemonRpcAttribute))];
        Lost = [];
        if (!symbols.All(static contract => ContractRules.IsValid(contract, contract.FindAttribute(KnownTypes.DaemonRpcAttribute)!)))
        {
            // The errors come first: nobody knows yet what the contracts will send.
            _properties = ImmutableDictionary<string, string?>.Empty;
            return;
        }

        CurrentContract[] contracts = [.. symbols.Select(contract => new CurrentContract(contract, compilation)).OrderBy(static contract => contract.Name, StringComparer.Ordinal)];
        _properties = ImmutableDictionary<string, string?>.Empty.Add(NextText, recorded.With(contracts.SelectMany(static contract => contract.Lines)));
        HashSet<string> names = [.. contracts.Select(static contract => contract.Name)];
        Lost = [.. recorded.Methods.Where(method => !names.Contains(method.Contract))];
        foreach (CurrentContract contract in contracts)
        {
            _found[contract.Name] = [.. Compare(contract)];
        }
    }

    /// <summary>The recorded methods of contracts that the project has no more.</summary>
    public IReadOnlyList<RecordedMethod> Lost { get; }

    /// <summary>Returns what is to be said of a contract.</summary>
    public IReadOnlyList<Diagnostic> Of(INamedTypeSymbol contract) => _found.TryGetValue(KnownTypes.MetadataNameOf(contract), out List<Diagnostic> found) ? found : [];

    private IEnumerable<Diagnostic> Compare(CurrentContract contract)
    {
        List<RecordedMethod> gone = [.. _recorded.Methods.Where(method => method.Contract == contract.Name)];
        bool isNew = gone.Count == 0;
        if (isNew && contract.Methods.Count > 0)
        {
            yield return Create(Descriptors.ContractGrows, contract.Symbol, $"'{contract.Symbol.Name}' is a new contract");
        }

        foreach (Diagnostic diagnostic in isNew ? [] : CompareMethods(contract, gone))
        {
            yield return diagnostic;
        }

        foreach (RecordedMethod method in gone)
        {
            yield return Create(Descriptors.MethodIsMissing, contract.Symbol, contract.Symbol.Name, method.Signature);
        }

        foreach (WireType type in contract.Types.Where(type => _recorded.TypeOf(type.Name) != type.Line && _reportedTypes.Add(type.Name)))
        {
            if (_recorded.TypeOf(type.Name) is { } before)
            {
                yield return Create(Descriptors.ContractBreaks, InSource(type.Symbol) ?? contract.Symbol, NameOf(type), before);
            }
            else if (!isNew)
            {
                yield return Create(Descriptors.ContractGrows, InSource(type.Symbol) ?? contract.Symbol, $"'{NameOf(type)}' is a new type");
            }
        }
    }

    /// <summary>Compares the methods, and removes from the recorded ones those that there still are in some form.</summary>
    private IEnumerable<Diagnostic> CompareMethods(CurrentContract contract, List<RecordedMethod> recorded)
    {
        List<(RecordedMethod Recorded, IMethodSymbol Symbol)> changed = [.. contract.Methods.Where(method => recorded.RemoveAll(line => line.Line == method.Recorded.Line) == 0)];
        foreach ((RecordedMethod now, IMethodSymbol symbol) in changed.ToArray())
        {
            if (recorded.FirstOrDefault(now.Extends) is { } before)
            {
                _ = recorded.Remove(before);
                _ = changed.Remove((now, symbol));
                yield return Create(Descriptors.ContractGrows, In(contract, symbol), $"'{symbol.Name}' takes more than before, and uses default values for what is missing");
            }
        }

        foreach ((RecordedMethod now, IMethodSymbol symbol) in changed)
        {
            if (recorded.FirstOrDefault(before => before.Name == now.Name) is { } before)
            {
                _ = recorded.Remove(before);
                yield return Create(Descriptors.ContractBreaks, In(contract, symbol), symbol.Name, before.Signature);
            }
            else
            {
                yield return Create(Descriptors.ContractGrows, In(contract, symbol), $"'{symbol.Name}' is a new method");
            }
        }
    }

    private static ISymbol In(CurrentContract contract, IMethodSymbol method) => InSource(method) ?? contract.Symbol;

    private static ISymbol? InSource(ISymbol symbol) => symbol.OriginalDefinition.Locations.Any(static location => location.IsInSource) ? symbol.OriginalDefinition : null;

    private static string NameOf(WireType type) => SourceNames.Shown(type.Symbol.WithNullableAnnotation(NullableAnnotation.None));

    private Diagnostic Create(DiagnosticDescriptor descriptor, ISymbol place, params object[] arguments) =>
        Diagnostic.Create(descriptor, place.Locations[0], _properties, arguments);
}
