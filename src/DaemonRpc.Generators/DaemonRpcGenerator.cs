using DaemonRpc.Generators.Emission;
using DaemonRpc.Generators.Model;
using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DaemonRpc.Generators;

/// <summary>Writes the client, the dispatcher and the daemon of every contract.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class DaemonRpcGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ContractModel> contracts = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownTypes.DaemonRpcAttribute,
                predicate: static (node, _) => node is InterfaceDeclarationSyntax,
                transform: static (match, cancellationToken) => ContractParser.Parse(match, cancellationToken))
            .WithTrackingName(Steps.ParseContract)
            .Where(static contract => contract is not null)
            .Select(static (contract, _) => contract!);

        // Claims of all contracts, even of invalid ones: the analyzer reports a clash with an invalid contract too.
        IncrementalValueProvider<EquatableArray<string>> seconds = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownTypes.DaemonRpcAttribute,
                predicate: static (node, _) => node is InterfaceDeclarationSyntax,
                transform: static (match, _) => ContractClashes.ClaimOf((INamedTypeSymbol)match.TargetSymbol, match.Attributes[0]))
            .Collect()
            .Select(static (claims, _) => ContractClashes.SecondOnes(claims))
            .WithTrackingName(Steps.FindClashes);

        contracts = contracts
            .Combine(seconds)
            .Where(static pair => !pair.Right.Contains(pair.Left.Identity.HintName))
            .Select(static (pair, _) => pair.Left);

        // The timestamp has a pipeline of its own: it changes on every real build, contracts hardly ever.
        IncrementalValueProvider<long> timestamp = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => BuildTimestamp.Read(options.GlobalOptions))
            .WithTrackingName(Steps.ReadBuildTimestamp);

        context.RegisterSourceOutput(contracts, static (output, contract) =>
        {
            output.AddSource($"{contract.Identity.HintName}.Contract.g.cs", ContractEmitter.Emit(contract));
            output.AddSource($"{contract.Identity.HintName}.Client.g.cs", ClientEmitter.Emit(contract));
            output.AddSource($"{contract.Identity.HintName}.Dispatcher.g.cs", DispatcherEmitter.Emit(contract));
            output.AddSource($"{contract.Identity.HintName}.Daemon.g.cs", DaemonEmitter.Emit(contract));
            if (contract.Callbacks.Count > 0)
            {
                output.AddSource($"{contract.Identity.HintName}.Callbacks.g.cs", CallbacksEmitter.Emit(contract));
            }

            if (FormattersEmitter.IsNeeded(contract))
            {
                output.AddSource($"{contract.Identity.HintName}.Formatters.g.cs", FormattersEmitter.Emit(contract));
            }

            if (MethodFormsEmitter.IsNeeded(contract))
            {
                output.AddSource($"{contract.Identity.HintName}.MethodForms.g.cs", MethodFormsEmitter.Emit(contract));
            }

            if (ValueShapesEmitter.IsNeeded(contract))
            {
                output.AddSource($"{contract.Identity.HintName}.ValueShapes.g.cs", ValueShapesEmitter.Emit(contract));
            }
        });

        context.RegisterSourceOutput(
            contracts.Select(static (contract, _) => contract.Identity).Combine(timestamp),
            static (output, pair) => output.AddSource(
                $"{pair.Left.HintName}.Build.g.cs",
                BuildTimestampEmitter.Emit(pair.Left, pair.Right)));
    }
}
