using System.Collections.Immutable;
using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DaemonRpc.Generators.Tests.Infrastructure;

/// <summary>One run of the generator over a contract. That running again changes nothing is asserted with every run.</summary>
internal sealed class GeneratorRun
{
    public const string Timestamp = "638990000000000000";

    private readonly CSharpCompilation _compilation;
    private readonly BuildOptions _options;
    private readonly GeneratorDriver _driver;

    public GeneratorRun(string source, BuildOptions? options = null)
        : this(TestCompilation.Create(source), options)
    {
    }

    public GeneratorRun(CSharpCompilation compilation, BuildOptions? options = null)
        : this(compilation, options ?? BuildOptions.WithTimestamp(Timestamp), driver: null)
    {
    }

    /// <summary>Of a contract whose records or base interfaces are in other assemblies.</summary>
    public GeneratorRun(string source, params MetadataReference[] libraries)
        : this(TestCompilation.Create(source, libraries))
    {
    }

    private GeneratorRun(CSharpCompilation compilation, BuildOptions options, GeneratorDriver? driver)
    {
        _compilation = compilation;
        _options = options;
        driver ??= CSharpGeneratorDriver.Create(
            [new DaemonRpcGenerator().AsSourceGenerator()],
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true),
            parseOptions: TestCompilation.ParseOptions,
            optionsProvider: options);
        _driver = driver
            .WithUpdatedAnalyzerConfigOptions(options)
            .RunGenerators(compilation, TestContext.Current.CancellationToken);

        Assert.Null(Result.Exception);
        Assert.Empty(Result.Diagnostics);
        AssertCacheable();
    }

    /// <summary>The generated files, by hint name.</summary>
    public ImmutableSortedDictionary<string, string> Files =>
        Result.GeneratedSources.ToImmutableSortedDictionary(static file => file.HintName, static file => file.SourceText.ToString(), StringComparer.Ordinal);

    public IEnumerable<Diagnostic> CompilerDiagnostics => TestCompilation.DiagnosticsWithGeneratedCode(_compilation, _options);

    /// <summary>What the generator knows of the one contract.</summary>
    public ContractModel Model => Assert.IsType<ContractModel>(Assert.Single(OutputsOf(Result, Steps.ParseContract)).Value);

    private GeneratorRunResult Result => _driver.GetRunResult().Results.Single();

    /// <summary>The next run of the same compiler, after an edit of the one file that has the text.</summary>
    public GeneratorRun AfterEditing(string from, string to)
    {
        SyntaxTree before = Assert.Single(_compilation.SyntaxTrees, tree => tree.ToString().Contains(from, StringComparison.Ordinal));
        SyntaxTree after = CSharpSyntaxTree.ParseText(before.ToString().Replace(from, to, StringComparison.Ordinal), TestCompilation.ParseOptions, before.FilePath);
        return new GeneratorRun(_compilation.ReplaceSyntaxTree(before, after), _options, _driver);
    }

    /// <summary>The next run of the same compiler, in a build with another timestamp.</summary>
    public GeneratorRun AfterStamping(string timestamp) =>
        new(_compilation, BuildOptions.WithTimestamp(timestamp), _driver);

    /// <summary>Why each value of a step is what it is.</summary>
    public IEnumerable<IncrementalStepRunReason> Reasons(string step) => OutputsOf(Result, step).Select(static output => output.Reason);

    /// <summary>Why each group of files is what it is: the contract's own first, then the build timestamp.</summary>
    public IEnumerable<IncrementalStepRunReason> OutputReasons() => OutputReasonsOf(Result);

    // A step that had nothing to do is not listed.
    private static IEnumerable<(object Value, IncrementalStepRunReason Reason)> OutputsOf(GeneratorRunResult result, string step) =>
        result.TrackedSteps.GetValueOrDefault(step, []).SelectMany(static run => run.Outputs);

    private static IEnumerable<IncrementalStepRunReason> OutputReasonsOf(GeneratorRunResult result) =>
        result.TrackedOutputSteps.Values.SelectMany(static steps => steps).SelectMany(static run => run.Outputs).Select(static output => output.Reason);

    private void AssertCacheable()
    {
        GeneratorRunResult again = _driver
            .RunGenerators(_compilation.Clone(), TestContext.Current.CancellationToken)
            .GetRunResult().Results.Single();
        foreach ((object Value, IncrementalStepRunReason Reason) output in new[] { Steps.ParseContract, Steps.FindClashes, Steps.ReadBuildTimestamp }.SelectMany(step => OutputsOf(again, step)))
        {
            Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, output.Reason.ToString());
            CompilerObjects.AssertNoneIn(output.Value);
        }

        Assert.All(OutputReasonsOf(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }
}
