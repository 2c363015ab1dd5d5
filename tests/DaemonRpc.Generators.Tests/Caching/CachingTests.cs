using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Caching;

public sealed class CachingTests
{
    private const string Contract = """
        using System.Threading;
        using System.Threading.Tasks;

        namespace Acme.Tools;

        [DaemonRpc.DaemonRpc]
        public partial interface IFileSearch
        {
            Task<int> CountAsync(string root, CancellationToken cancellationToken = default);
        }
        """;

    [Theory]
    [InlineData("using System.Threading;", "// A comment.\nusing System.Threading;")]
    [InlineData("[DaemonRpc.DaemonRpc]", "enum Unrelated { One }\n[DaemonRpc.DaemonRpc]")]
    [InlineData("    Task<int>", "    /// <summary>Counts.</summary>\n    Task<int>")]
    public void Edit_that_changes_no_contract_writes_no_file(string from, string to)
    {
        GeneratorRun run = new GeneratorRun(Contract).AfterEditing(from, to);

        Assert.All(run.Reasons(Steps.ParseContract), static reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.All(run.OutputReasons(), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Edit_of_a_method_leaves_the_build_file_alone()
    {
        GeneratorRun run = new GeneratorRun(Contract).AfterEditing("string root", "string folder");

        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], run.OutputReasons());
    }

    [Fact]
    public void Another_timestamp_writes_only_the_build_file()
    {
        GeneratorRun before = new(Contract);
        GeneratorRun after = before.AfterStamping("638990000000000001");

        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], after.OutputReasons());
        KeyValuePair<string, string> changed = Assert.Single(after.Files.Except(before.Files));
        Assert.Equal("Acme.Tools.IFileSearch.Build.g.cs", changed.Key);
        Assert.Contains("BuildTimestampTicks = 638990000000000001;", changed.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Contract_that_becomes_wrong_loses_its_files()
    {
        GeneratorRun run = new GeneratorRun(Contract).AfterEditing("IFileSearch", "IFileSearch<T>");

        Assert.Empty(run.Files);
    }

    [Fact]
    public void Edit_of_one_contract_leaves_the_files_of_another_alone()
    {
        GeneratorRun run = new GeneratorRun(Contract + "\n[DaemonRpc.DaemonRpc(\"other\")] public partial interface IOther;").AfterEditing("\"other\"", "\"another\"");

        Assert.Equal(
            [IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached],
            run.OutputReasons());
    }

    [Fact]
    public void Edit_in_one_of_many_contracts_writes_its_files_and_an_edit_elsewhere_none()
    {
        const int Count = 50;
        GeneratorRun before = new(TestCompilation.Create(
            ["internal enum Unrelated { One }", .. Enumerable.Range(0, Count).Select(static number => $$"""
                [DaemonRpc.DaemonRpc]
                public partial interface IContract{{number}}
                {
                    System.Threading.Tasks.Task<int> Count{{number}}Async(string root);
                }
                """)]));

        GeneratorRun elsewhere = before.AfterEditing("One", "Two");
        GeneratorRun edited = before.AfterEditing("Count7Async", "Sum7Async");

        Assert.All(elsewhere.OutputReasons(), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.Equal(2 * Count, edited.OutputReasons().Count());
        Assert.Single(edited.OutputReasons(), static reason => reason != IncrementalStepRunReason.Cached);
        Assert.All(edited.Files.Except(before.Files), static file => Assert.StartsWith("IContract7.", file.Key, StringComparison.Ordinal));
    }

    [Fact]
    public void Edit_of_a_base_interface_in_another_file_writes_the_files_of_its_contracts_alone()
    {
        GeneratorRun run = WithBase().AfterEditing("string word", "string term");

        Assert.Equal(
            [IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached],
            run.OutputReasons());
        Assert.Contains("string term", run.Files["Acme.Tools.IInheriting.Client.g.cs"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("namespace Base;", "// A comment.\nnamespace Base;")]
    [InlineData("/* unrelated */", "public enum Unrelated { One }")]
    [InlineData("static void Help() { }", "static void Help() => Help();")]
    public void Edit_beside_a_base_interface_writes_no_file(string from, string to)
    {
        GeneratorRun run = WithBase().AfterEditing(from, to);

        Assert.All(run.Reasons(Steps.ParseContract), static reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.All(run.OutputReasons(), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Contract_whose_base_interface_becomes_wrong_loses_its_files_and_gets_them_back()
    {
        GeneratorRun before = WithBase();
        GeneratorRun wrong = before.AfterEditing("/* member */", "int Count { get; }");
        GeneratorRun after = wrong.AfterEditing("int Count { get; }", "/* member */");

        Assert.All(wrong.Files.Keys, static file => Assert.StartsWith("Acme.Tools.IFileSearch.", file, StringComparison.Ordinal));
        Assert.Equal(before.Files, after.Files);
    }

    [Fact]
    public void Contract_whose_generated_name_is_taken_loses_its_files_and_gets_them_back()
    {
        GeneratorRun before = new(Contract + "\npublic enum Unrelated { One }");
        GeneratorRun clashing = before.AfterEditing("Unrelated", "FileSearchClient");
        GeneratorRun after = clashing.AfterEditing("enum FileSearchClient", "enum Unrelated");

        Assert.Empty(clashing.Files);
        Assert.Equal(before.Files, after.Files);
    }

    [Fact]
    public void Contract_that_begins_to_clash_loses_its_files_and_gets_them_back()
    {
        GeneratorRun before = new(Contract + "\n[DaemonRpc.DaemonRpc(\"other\")] public partial interface IOther;");
        GeneratorRun clashing = before.AfterEditing("\"other\"", "\"Acme.Tools.IFileSearch\"");
        GeneratorRun after = clashing.AfterEditing("\"Acme.Tools.IFileSearch\"", "\"other\"");

        Assert.All(clashing.Files.Keys, static file => Assert.StartsWith("Acme.Tools.IFileSearch.", file, StringComparison.Ordinal));
        Assert.Equal(before.Files, after.Files);
    }

    /// <summary>Two contracts, of which one inherits a method from another file.</summary>
    private static GeneratorRun WithBase() => new(TestCompilation.Create(
    [
        Contract + "\n[DaemonRpc.DaemonRpc] public partial interface IInheriting : Base.IFind;",
        """
        using System.Threading.Tasks;

        namespace Base;

        /* unrelated */
        public interface IFind
        {
            Task<int> FindAsync(string word);
            static void Help() { }
            /* member */
        }
        """,
    ]));
}
