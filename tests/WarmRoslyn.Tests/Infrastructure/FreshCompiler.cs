using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WarmRoslyn.Loading;

namespace WarmRoslyn.Tests.Infrastructure;

/// <summary>What a compiler says that starts from nothing: from the command line that a build would use, and from the files.</summary>
/// <remarks>It shares with the daemon the compiler, and nothing else: no workspace, nothing remembered but the command lines of projects that have not changed.</remarks>
internal sealed partial class FreshCompiler(TestSolution solution, string[] projects)
{
    private static readonly AnalyzerLoader s_loader = new("/nowhere");

    private readonly Dictionary<string, string[]> _commandLines = [];

    /// <summary>Has the command line of a project asked for again, because what it consists of has changed.</summary>
    public void Forget(string project) => _commandLines.Remove(project);

    public void ForgetAll() => _commandLines.Clear();

    /// <summary>Errors and warnings, sorted.</summary>
    public async Task<string[]> DiagnoseAsync()
    {
        Dictionary<string, Compilation> compiled = [];
        List<string> lines = [];
        foreach (string project in projects)
        {
            if (!_commandLines.TryGetValue(project, out string[]? commandLine))
            {
                _commandLines.Add(project, commandLine = await CommandLineAsync(project));
            }

            CSharpCommandLineArguments arguments = CSharpCommandLineParser.Default.Parse(commandLine, solution.PathOf(project), sdkDirectory: null);
            (Compilation compilation, ImmutableArray<Diagnostic> diagnostics) = Compile(arguments, compiled);
            compiled.Add(project, compilation);
            lines.AddRange(Answers.Lines(
                diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => Describe(project, diagnostic)).Distinct(), solution.Root));
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>Errors and warnings of the compiler in a real build of all, sorted. A build does not come to the projects that need one with errors.</summary>
    public async Task<string[]> BuildAsync()
    {
        ShellResult build = await Shell.RunAsync(solution.Root, "dotnet",
            ["build", solution.File, "--no-restore", "--no-incremental", "-v", "q", "-clp:NoSummary", "-nodeReuse:false", "-p:UseSharedCompilation=false"]);
        string[] lines = [.. build.Output.Split('\n')
            .Select(line => Message().Match(line))
            .Where(match => match.Success)
            .Select(match => $"{match.Groups["text"].Value} [{Path.GetFileNameWithoutExtension(match.Groups["project"].Value)}]".Replace(solution.Root + "/", "", StringComparison.Ordinal))
            .Distinct()
            .Order(StringComparer.Ordinal)];
        Assert.True(lines.Length > 0 || build.ExitCode == 0, build.Output);
        return lines;
    }

    private static Contract.CodeDiagnostic Describe(string project, Diagnostic diagnostic)
    {
        FileLinePositionSpan span = diagnostic.Location.GetMappedLineSpan();
        return new Contract.CodeDiagnostic(
            project,
            diagnostic.Location.IsInSource ? span.Path : null,
            span.StartLinePosition.Line + 1,
            span.StartLinePosition.Character + 1,
            (Contract.Severity)diagnostic.Severity,
            diagnostic.Id,
            diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static (Compilation Compilation, ImmutableArray<Diagnostic> Diagnostics) Compile(CSharpCommandLineArguments arguments, Dictionary<string, Compilation> compiled)
    {
        IEnumerable<SyntaxTree> trees = arguments.SourceFiles.Select(file => CSharpSyntaxTree.ParseText(Read(file.Path), arguments.ParseOptions, file.Path));
        IEnumerable<MetadataReference> references = arguments.MetadataReferences.Select(reference =>
            compiled.TryGetValue(Path.GetFileNameWithoutExtension(reference.Reference), out Compilation? needed)
                ? Reference(needed)
                : MetadataReference.CreateFromFile(reference.Reference, reference.Properties));
        Compilation compilation = CSharpCompilation.Create(arguments.CompilationName, trees, references, arguments.CompilationOptions);
        ImmutableArray<Diagnostic> parsed = compilation.GetParseDiagnostics();
        ISourceGenerator[] generators = [.. arguments.AnalyzerReferences
            .SelectMany(reference => new AnalyzerFileReference(reference.FilePath, s_loader).GetGenerators(LanguageNames.CSharp))];
        _ = CSharpGeneratorDriver.Create(generators, parseOptions: arguments.ParseOptions).RunGeneratorsAndUpdateCompilation(compilation, out compilation, out ImmutableArray<Diagnostic> generated);
        if (parsed.Any(IsError))
        {
            return (compilation, parsed);
        }

        ImmutableArray<Diagnostic> declared = compilation.GetDeclarationDiagnostics();
        if (declared.Any(IsError))
        {
            return (compilation, [.. parsed, .. generated, .. declared]);
        }

        ImmutableArray<Diagnostic> emitted = compilation.Emit(Stream.Null).Diagnostics;

        // The compiler comes to the documentation only if the methods have no errors.
        return emitted.Any(IsError) && arguments.ParseOptions.DocumentationMode == DocumentationMode.Diagnose
            ? (compilation, [.. generated, .. WithoutDocumentation(compilation).Emit(Stream.Null).Diagnostics])
            : (compilation, [.. generated, .. emitted]);
    }

    private static Compilation WithoutDocumentation(Compilation compilation) => compilation.SyntaxTrees.Aggregate(compilation, static (changed, tree) =>
        changed.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(tree.GetRoot(), ((CSharpParseOptions)tree.Options).WithDocumentationMode(DocumentationMode.None))));

    /// <summary>The bytes that other projects are compiled with, if there are any.</summary>
    private static MetadataReference Reference(Compilation needed)
    {
        using var assembly = new MemoryStream();
        return needed.Emit(assembly, options: new(metadataOnly: true, includePrivateMembers: false)).Success
            ? MetadataReference.CreateFromImage(assembly.ToArray())
            : needed.ToMetadataReference();
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.DefaultSeverity == DiagnosticSeverity.Error;

    private static SourceText Read(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return SourceText.From(stream);
    }

    /// <summary>Asks MSBuild how it would call the compiler.</summary>
    private async Task<string[]> CommandLineAsync(string project)
    {
        string json = await Shell.DotnetAsync(solution.Root, "msbuild", $"{project}/{project}.csproj", "-t:Compile", "-getItem:CscCommandLineArgs",
            "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-p:BuildProjectReferences=false", "-nodeReuse:false");
        using JsonDocument document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
    }

    [GeneratedRegex(@"^\s*(?<text>/.*: (error|warning) CS\d+: .*) \[(?<project>[^\]]+)\]\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Message();
}
