using System.Collections.Immutable;
using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.Generators.ContractFile;

/// <summary>Tells of each change of a contract whether clients and daemons of its recorded form still understand it. Does nothing in a project without the file.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContractFileAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Descriptors.ContractGrows, Descriptors.ContractBreaks, Descriptors.MethodIsMissing, Descriptors.LineIsUnreadable];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Options.AdditionalFiles.FirstOrDefault(IsContractFile)?.GetText(start.CancellationToken) is not { } text)
            {
                return;
            }

            Lazy<RecordedContracts> recorded = new(() => new RecordedContracts(text));
            Lazy<ContractComparison> comparison = new(() => new ContractComparison(recorded.Value, start.Compilation));
            start.RegisterSymbolAction(symbol => Analyze(symbol, comparison), SymbolKind.NamedType);
            start.RegisterAdditionalFileAction(file => Analyze(file, text, recorded, comparison));
        });
    }

    private static bool IsContractFile(AdditionalText file) => Path.GetFileName(file.Path) == RecordedContracts.FileName;

    private static void Analyze(SymbolAnalysisContext context, Lazy<ContractComparison> comparison)
    {
        if (context.Symbol is INamedTypeSymbol { TypeKind: TypeKind.Interface } contract && contract.HasAttribute(KnownTypes.DaemonRpcAttribute))
        {
            foreach (Diagnostic diagnostic in comparison.Value.Of(contract))
            {
                context.ReportDiagnostic(diagnostic);
            }
        }
    }

    private static void Analyze(AdditionalFileAnalysisContext context, SourceText text, Lazy<RecordedContracts> recorded, Lazy<ContractComparison> comparison)
    {
        if (!IsContractFile(context.AdditionalFile))
        {
            return;
        }

        foreach (TextLine line in recorded.Value.Unreadable)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.LineIsUnreadable, PlaceOf(line), line.ToString().Trim()));
        }

        foreach (RecordedMethod method in comparison.Value.Lost)
        {
            TextLine line = text.Lines.First(line => line.ToString().Trim() == method.Line);
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.MethodIsMissing, PlaceOf(line), method.Contract, method.Signature));
        }

        Location PlaceOf(TextLine line) => Location.Create(context.AdditionalFile.Path, line.Span, text.Lines.GetLinePositionSpan(line.Span));
    }
}
