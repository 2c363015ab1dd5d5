using System.Collections.Immutable;
using DaemonRpc.Generators.Model;
using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DaemonRpc.Generators.Diagnostics;

/// <summary>Tells the user what is wrong with a contract, or with the build that should stamp it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContractAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Descriptors.ContractMustNotBeGeneric,
        Descriptors.ContractMustBeTopLevel,
        Descriptors.MemberMustBeMethod,
        Descriptors.MethodMustNotBeGeneric,
        Descriptors.ReturnTypeMustBeAsync,
        Descriptors.ParameterMustBeByValue,
        Descriptors.OneCancellationToken,
        Descriptors.IdMustBeName,
        Descriptors.MethodIdMustBeUnique,
        Descriptors.IdMustBeUnique,
        Descriptors.GeneratedNamesMustBeUnique,
        Descriptors.InheritedMethodsMustAgree,
        Descriptors.ContractMustNotBeDisposable,
        Descriptors.MethodTakesNoToken,
        Descriptors.CallbackMustHaveOnlyCalls,
        Descriptors.TypeCannotTravel,
        Descriptors.TypeIsUnknown,
        Descriptors.TypeCannotBeNamed,
        Descriptors.MemberIsMisread,
        Descriptors.TypeContainsItself,
        Descriptors.BuildTimestampIsMissing,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // The generator reads contracts in generated files too, and reports nothing when it stops at one.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            Lazy<IReadOnlyList<ContractClaim>> claims = new(() => ContractClashes.ClaimsOf(start.Compilation));
            start.RegisterSymbolAction(symbol => Analyze(symbol, claims), SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context, Lazy<IReadOnlyList<ContractClaim>> claims)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Interface || type.FindAttribute(KnownTypes.DaemonRpcAttribute) is not { } attribute)
        {
            return;
        }

        foreach (Diagnostic diagnostic in ContractRules.Check(type, attribute).Concat(ContractClashes.Check(type, attribute, claims.Value)))
        {
            context.ReportDiagnostic(diagnostic);
        }

        // An empty value means a build without a stamp yet, such as an editor's. A missing key means a build without our targets.
        if (!context.Options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue(BuildTimestamp.Key, out _))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.BuildTimestampIsMissing, type.Locations[0], type.Name));
        }
    }
}
