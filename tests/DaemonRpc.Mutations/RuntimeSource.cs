using System.Reflection;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.Mutations;

/// <summary>The runtime's sources, as its project gives them to the compiler, compiled in memory.</summary>
internal sealed class RuntimeSource
{
    private const string Project = "src/DaemonRpc.Runtime/DaemonRpc.Runtime.csproj";

    private readonly CSharpCompilation _compilation;

    private RuntimeSource(string folder, CSharpCompilation compilation) => (Folder, _compilation) = (folder, compilation);

    /// <summary>The project's folder.</summary>
    public string Folder { get; }

    /// <summary>The files that somebody has written.</summary>
    public IEnumerable<SyntaxTree> Trees => _compilation.SyntaxTrees.Where(tree => IsOurs(Path.GetRelativePath(Folder, tree.FilePath)));

    public static RuntimeSource Load(string repository)
    {
        string project = Path.Combine(repository, Project);
        string folder = Path.GetDirectoryName(project)!;
        CSharpCommandLineArguments arguments = CSharpCommandLineParser.Default.Parse(CompilerArguments(project), folder, sdkDirectory: null);
        IEnumerable<SyntaxTree> trees = arguments.SourceFiles.Select(file =>
            CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllBytes(file.Path), File.ReadAllBytes(file.Path).Length), arguments.ParseOptions, file.Path));
        var compilation = CSharpCompilation.Create(
            "DaemonRpc.Runtime",
            trees,
            arguments.MetadataReferences.Select(reference => MetadataReference.CreateFromFile(reference.Reference, reference.Properties)),
            // What is only suspicious is what a mutation is.
            arguments.CompilationOptions.WithGeneralDiagnosticOption(ReportDiagnostic.Default).WithSpecificDiagnosticOptions([]));

        // A mutation changes bodies only, so what is generated stays as it is.
        var loader = new Loader();
        ISourceGenerator[] generators = [.. arguments.AnalyzerReferences
            .Where(reference => !reference.FilePath.Contains("/Sdks/", StringComparison.Ordinal))
            .SelectMany(reference => new AnalyzerFileReference(Path.GetFullPath(reference.FilePath, folder), loader).GetGenerators(LanguageNames.CSharp))];
        _ = CSharpGeneratorDriver.Create(generators, parseOptions: arguments.ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        return new RuntimeSource(folder, (CSharpCompilation)generated);
    }

    /// <summary>Writes the assembly, with the change if there is one. False when that does not compile.</summary>
    public bool TryCompile(Mutation? mutation, string path, out string? error)
    {
        CSharpCompilation compilation = mutation is null ? _compilation : _compilation.ReplaceSyntaxTree(mutation.Tree, mutation.Mutated);
        using var assembly = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(assembly);
        error = result.Success ? null : result.Diagnostics.First(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToString();
        if (result.Success)
        {
            File.WriteAllBytes(path, assembly.ToArray());
        }

        return result.Success;
    }

    private static bool IsOurs(string relative) =>
        !relative.StartsWith("..", StringComparison.Ordinal) && !relative.StartsWith("obj/", StringComparison.Ordinal) && relative.EndsWith(".cs", StringComparison.Ordinal)
        && !relative.EndsWith(".g.cs", StringComparison.Ordinal);

    private static IEnumerable<string> CompilerArguments(string project)
    {
        // As an editor asks: nothing is compiled, and the file that is never there makes the step run.
        string json = Command.Output("dotnet", [
            "msbuild", project, "-t:Compile", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true",
            "-p:NonExistentFile=none", "-getItem:CscCommandLineArgs"]);
        using var parsed = JsonDocument.Parse(json);
        return [.. parsed.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!)];
    }

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
