using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DaemonRpc.Generators.Tests.Infrastructure;

/// <summary>Compiles a contract the way a strict user's project would.</summary>
internal static class TestCompilation
{
    /// <summary>With the symbols by which MemoryPack's generator tells the framework.</summary>
    public static readonly CSharpParseOptions ParseOptions = new(
        LanguageVersion.CSharp14,
        DocumentationMode.Diagnose,
        preprocessorSymbols: ["NET", "NET7_0_OR_GREATER", "NET8_0_OR_GREATER"]);

    public const string ContractFile = "Contract.cs";

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var name && (name.StartsWith("System", StringComparison.Ordinal)
                || name is "netstandard.dll" or "DaemonRpc.Runtime.dll" or "MemoryPack.Core.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly Lazy<ISourceGenerator> s_memoryPack = new(static () =>
    {
        Assembly assembly = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "generators", "MemoryPack.Generator.dll"));
        Type type = assembly.GetType("MemoryPack.Generator.MemoryPackGenerator", throwOnError: true)!;
        return ((IIncrementalGenerator)Activator.CreateInstance(type)!).AsSourceGenerator();
    });

    public static CSharpCompilation Create(string source, params MetadataReference[] libraries) => Create([source], libraries);

    /// <summary>A project of several files, of which the first has the contract.</summary>
    public static CSharpCompilation Create(string[] files, params MetadataReference[] libraries) => Create("Acme.Tools", files, libraries);

    /// <summary>A compiled library of records and interfaces, as a package or another project's output is: nothing is known of it but its metadata.</summary>
    public static MetadataReference CompileLibrary(string source)
    {
        using MemoryStream image = new();
        Compilation complete = Complete(Create("Acme.Records", [source], []), BuildOptions.WithTimestamp(GeneratorRun.Timestamp));
        Assert.Empty(complete.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Diagnostics
            .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    private static CSharpCompilation Create(string name, string[] files, MetadataReference[] libraries) => CSharpCompilation.Create(
        name,
        files.Select(static (file, index) => CSharpSyntaxTree.ParseText(
            file, ParseOptions, index == 0 ? ContractFile : $"Other{index}.cs", cancellationToken: TestContext.Current.CancellationToken)),
        [.. s_references, .. libraries],
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable,
            warningLevel: 9999));

    /// <summary>What the compiler says of a contract with all that is generated for it.</summary>
    public static IEnumerable<Diagnostic> DiagnosticsWithGeneratedCode(Compilation compilation, BuildOptions options) =>
        Complete(compilation, options).GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error
                || (diagnostic.Severity == DiagnosticSeverity.Warning && IsOurs(diagnostic)));

    /// <summary>A contract with all that is generated for it, ready to run.</summary>
    public static Assembly Load(string source)
    {
        using MemoryStream image = new();
        Compilation complete = Complete(Create(source), BuildOptions.WithTimestamp(GeneratorRun.Timestamp));
        Assert.Empty(complete.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Diagnostics
            .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return Assembly.Load(image.ToArray());
    }

    /// <summary>A project with all that is generated for it.</summary>
    public static Compilation Complete(Compilation compilation, BuildOptions options)
    {
        CSharpGeneratorDriver.Create([new DaemonRpcGenerator().AsSourceGenerator(), s_memoryPack.Value], null, ParseOptions, options)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out _, TestContext.Current.CancellationToken);
        return complete;
    }

    // The contracts of the tests are no examples of documentation, and MemoryPack's warnings are MemoryPack's.
    private static bool IsOurs(Diagnostic diagnostic) =>
        diagnostic.Location.SourceTree?.FilePath.Contains(nameof(DaemonRpcGenerator), StringComparison.Ordinal) == true;
}
