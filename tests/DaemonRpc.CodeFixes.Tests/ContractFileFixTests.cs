using DaemonRpc.Generators.ContractFile;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.CodeFixes.Tests;

/// <summary>The fix that writes contracts into their file. It changes no code, so that it is applied here as an editor does.</summary>
public sealed class ContractFileFixTests
{
    private const string Heading = "# What the contracts of this project send, as it was released. The diagnostics DRPC401 to DRPC403 compare the project with it.\n";

    private const string Source = """
        using System.Threading.Tasks;

        [DaemonRpc.DaemonRpc]
        public interface IBooks
        {
            Task<Book> FindAsync(string title, int edition = 1);
            Task<int> CountAsync();
        }

        [MemoryPack.MemoryPackable]
        public partial record Book(string Title);
        """;

    private const string After = Heading + """
        IBooks.CountAsync() : int
        IBooks.FindAsync(string title, int edition = default) : Book
        object Book { string Title }

        """;

    [Theory]
    [InlineData("", "DRPC401")]
    [InlineData(Heading + "IBooks.CountAsync() : int\nIBooks.FindAsync(string title) : Book\nobject Book { string Title }\n", "DRPC401")]
    [InlineData(Heading + "IBooks.CountAsync() : long\nIBooks.FindAsync(string title, int edition = default) : Book\nobject Book { string Title }\n", "DRPC402")]
    [InlineData(Heading + "IBooks.CountAsync() : int\nIBooks.FindAsync(string title, int edition = default) : Book\nIBooks.GoneAsync()\nobject Book { string Title }\n", "DRPC403")]
    [InlineData("IBooks.GoneAsync()\n" + Heading, "DRPC403")]
    public async Task File_is_what_the_contracts_are_now(string before, string id)
    {
        Project project = ProjectWith(before);
        Diagnostic diagnostic = (await DiagnosticsOf(project)).First(diagnostic => diagnostic.Id == id);
        List<CodeAction> actions = [];

        await new ContractFileFix().RegisterCodeFixesAsync(new CodeFixContext(
            project.Documents.Single(), diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        Project fixedProject = await ApplyAsync(Assert.Single(actions), project);

        Assert.Equal("Update DaemonRpc.Contract.txt", actions[0].Title);
        Assert.Equal(After, await TextOf(fixedProject));
        Assert.Empty(await DiagnosticsOf(fixedProject));
    }

    [Theory]
    [InlineData(FixAllScope.Document)]
    [InlineData(FixAllScope.Project)]
    [InlineData(FixAllScope.Solution)]
    public async Task All_diagnostics_of_a_project_are_fixed_at_once(FixAllScope scope)
    {
        Project project = ProjectWith("IBooks.CountAsync() : long\nIBooks.GoneAsync()\n");
        IReadOnlyList<Diagnostic> diagnostics = await DiagnosticsOf(project);
        Assert.Equal(["DRPC401", "DRPC401", "DRPC402", "DRPC403"], diagnostics.Select(static diagnostic => diagnostic.Id).Order());
        ContractFileFix fix = new();

        CodeAction? action = await fix.GetFixAllProvider().GetFixAsync(new FixAllContext(
            project.Documents.Single(), fix, scope, nameof(ContractFileFix), fix.FixableDiagnosticIds, new KnownDiagnostics(diagnostics), TestContext.Current.CancellationToken));

        Assert.Equal(After, await TextOf(await ApplyAsync(action!, project)));
    }

    private static Project ProjectWith(string file)
    {
        AdhocWorkspace workspace = new();
        Project project = workspace.AddProject("Acme", LanguageNames.CSharp)
            .WithCompilationOptions(new Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .WithMetadataReferences(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Where(static path => Path.GetFileName(path) is var name && (name.StartsWith("System", StringComparison.Ordinal)
                    || name is "netstandard.dll" or "DaemonRpc.Runtime.dll" or "MemoryPack.Core.dll"))
                .Select(static path => MetadataReference.CreateFromFile(path)));
        project = project.AddDocument("Contract.cs", Source).Project;
        return project.AddAdditionalDocument("DaemonRpc.Contract.txt", file, filePath: "/project/DaemonRpc.Contract.txt").Project;
    }

    private static async Task<IReadOnlyList<Diagnostic>> DiagnosticsOf(Project project)
    {
        Compilation compilation = (await project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        AdditionalText[] files = [new ContractFile(await TextOf(project))];
        return await compilation.WithAnalyzers([new ContractFileAnalyzer()], new AnalyzerOptions([.. files])).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<Project> ApplyAsync(CodeAction action, Project project)
    {
        CodeActionOperation operation = Assert.Single(await action.GetOperationsAsync(TestContext.Current.CancellationToken));
        return Assert.IsType<ApplyChangesOperation>(operation).ChangedSolution.GetProject(project.Id)!;
    }

    private static async Task<string> TextOf(Project project) => (await project.AdditionalDocuments.Single().GetTextAsync(TestContext.Current.CancellationToken)).ToString();

    private sealed class ContractFile(string text) : AdditionalText
    {
        public override string Path => "/project/DaemonRpc.Contract.txt";

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    private sealed class KnownDiagnostics(IReadOnlyList<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);
    }
}
