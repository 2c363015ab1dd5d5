using System.Collections.Immutable;
using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DaemonRpc.Generators.DaemonCode;

/// <summary>Tells the user what code does differently because it runs in a daemon: handlers, and the project's own code that they call.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DaemonCodeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Descriptors.DaemonReadsNoConsole,
        Descriptors.DaemonWritesToLog,
        Descriptors.DaemonHasOwnDirectory,
        Descriptors.DaemonMustNotExit,
        Descriptors.DaemonHasOwnEnvironment,
        Descriptors.TokenIsIgnored,
        Descriptors.StaticFieldIsShared,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypesByMetadataName(KnownTypes.DaemonRpcAttribute).IsEmpty)
            {
                return;
            }

            // All handlers are walked at once, in the order of the sources: code that two of them call is reported once, and always for the same one.
            Lazy<ILookup<ISymbol, Diagnostic>> findings = new(() => HandlerWalk.Findings(start.Compilation));
            start.RegisterSymbolAction(symbol => Report(symbol, findings), SymbolKind.NamedType);
        });
    }

    private static void Report(SymbolAnalysisContext context, Lazy<ILookup<ISymbol, Diagnostic>> findings)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)context.Symbol;
        if (!Handlers.ContractsOf(type).Any())
        {
            return;
        }

        foreach (Diagnostic diagnostic in findings.Value[type])
        {
            context.ReportDiagnostic(diagnostic);
        }
    }
}
