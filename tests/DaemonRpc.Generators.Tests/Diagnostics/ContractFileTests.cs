using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>Contracts beside the file that says what they were.</summary>
public sealed class ContractFileTests
{
    private const string Source = """
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;

        namespace Acme;

        [DaemonRpc("acme.books")]
        public interface IBooks
        {
            [Fault(typeof(Problem))]
            Task<Book?> FindAsync(string title, int edition = 1, IProgress<Dictionary<string, int>>? progress = null, CancellationToken token = default);

            IAsyncEnumerable<Book> AllAsync();

            Task AskAsync(IAsyncEnumerable<Size> sizes, IAsk ask);
        }

        [DaemonCallback]
        public interface IAsk
        {
            ValueTask<bool> ConfirmAsync(string question, Kind? kind);
        }

        [MemoryPackable] public partial record Book(string Title, (int X, Kind Y)[] Places);
        [MemoryPackable(GenerateType.VersionTolerant)] public partial class Problem { [MemoryPackOrder(2)] public Shape? Shape { get; set; } }
        [MemoryPackable, MemoryPackUnion(3, typeof(Dot))] public partial interface Shape;
        [MemoryPackable] public partial class Dot : Shape;
        public struct Size { public int Width; public byte Depth { get; set; } }
        public enum Kind : byte { Paper = 1, Screen }
        """;

    private const string File = """
        # What the contracts of this project send, as it was released. The diagnostics DRPC401 to DRPC403 compare the project with it.
        Acme.IBooks.AllAsync() : stream Acme.Book
        Acme.IBooks.AskAsync(stream Acme.Size sizes, Acme.IAsk ask)
        Acme.IBooks.FindAsync(string title, int edition = default, progress System.Collections.Generic.Dictionary<string, int> progress = default) : Acme.Book faults Acme.Problem
        callback Acme.IAsk { ConfirmAsync(string question, Acme.Kind? kind) : bool }
        enum Acme.Kind : byte { Paper = 1, Screen = 2 }
        object Acme.Book { string Title, System.ValueTuple<int, Acme.Kind>[] Places }
        object Acme.Dot { }
        struct Acme.Size { int Width, byte Depth }
        tolerant Acme.Problem { 2 Acme.Shape Shape }
        union Acme.Shape { 3 Acme.Dot }

        """;

    [Fact]
    public async Task Project_without_the_file_hears_nothing()
    {
        Assert.Empty((await ContractFileRun.Of(Source, null)).Reports);
    }

    [Fact]
    public async Task File_that_is_up_to_date_is_silent()
    {
        Assert.Empty((await ContractFileRun.Of(Source, File)).Reports);
        Assert.Empty((await ContractFileRun.Of(Source, File.Replace("\n", "\r\n", StringComparison.Ordinal))).Reports);
    }

    [Fact]
    public async Task Empty_file_is_filled_at_once()
    {
        ContractFileRun run = await ContractFileRun.Of(Source, "");

        Assert.Equal("DRPC401 IBooks: 'IBooks' is a new contract, which is additive: clients and daemons of the contract in DaemonRpc.Contract.txt are still understood", Assert.Single(run.Reports));
        Assert.Equal(File, run.NextFile);
    }

    [Theory]
    [InlineData("IAsyncEnumerable<Book> AllAsync();", "IAsyncEnumerable<Book> AllAsync(int most = 5);", "AllAsync: 'AllAsync' takes more than before, and uses default values for what is missing")]
    [InlineData("IAsk ask);", "IAsk ask, string? text = null, CancellationToken token = default);", "AskAsync: 'AskAsync' takes more than before, and uses default values for what is missing")]
    [InlineData("string title, int", "string title = \"\", int", "FindAsync: 'FindAsync' takes more than before, and uses default values for what is missing")]
    [InlineData("IAsyncEnumerable<Book> AllAsync();", "IAsyncEnumerable<Book> AllAsync(); Task CountAsync();", "CountAsync: 'CountAsync' is a new method")]
    [InlineData("IAsyncEnumerable<Book> AllAsync();", "IAsyncEnumerable<Book> AllAsync(); Task AllAsync(int from);", "AllAsync: 'AllAsync' is a new method")]
    [InlineData("public interface IBooks", "public interface IBooks : ICounted", "CountAsync: 'CountAsync' is a new method")]
    public async Task Additive_change_is_told_as_such(string from, string to, string report)
    {
        ContractFileRun run = await ContractFileRun.Of(Source.Replace(from, to, StringComparison.Ordinal) + "\npublic interface ICounted { Task CountAsync(); }", File);

        Assert.Equal($"DRPC401 {report}, which is additive: clients and daemons of the contract in DaemonRpc.Contract.txt are still understood", Assert.Single(run.Reports));
        Assert.Equal(DiagnosticSeverity.Info, Assert.Single(run.Diagnostics).Severity);
    }

    [Theory]
    [InlineData("IAsyncEnumerable<Book> AllAsync();", "IAsyncEnumerable<Book> AllAsync(int most);", "AllAsync: 'AllAsync'", "AllAsync() : stream Acme.Book")]
    [InlineData("IAsyncEnumerable<Book> AllAsync();", "Task<Book> AllAsync();", "AllAsync: 'AllAsync'", "AllAsync() : stream Acme.Book")]
    [InlineData("int edition = 1", "int edition = 1, int volume = 1", "FindAsync: 'FindAsync'", "FindAsync(string title, int edition = default, progress System.Collections.Generic.Dictionary<string, int> progress = default) : Acme.Book faults Acme.Problem")]
    [InlineData("[Fault(typeof(Problem))]", "[Fault(typeof(Problem))] [Fault(typeof(int))]", "FindAsync: 'FindAsync'", "FindAsync(string title, int edition = default, progress System.Collections.Generic.Dictionary<string, int> progress = default) : Acme.Book faults Acme.Problem")]
    [InlineData("record Book(string Title,", "record Book(string Title, int Pages,", "Book: 'Book'", "object Acme.Book { string Title, System.ValueTuple<int, Acme.Kind>[] Places }")]
    [InlineData("Paper = 1, Screen", "Paper = 1, Screen, Sound", "Kind: 'Kind'", "enum Acme.Kind : byte { Paper = 1, Screen = 2 }")]
    [InlineData("MemoryPackUnion(3,", "MemoryPackUnion(4,", "Shape: 'Shape'", "union Acme.Shape { 3 Acme.Dot }")]
    [InlineData("ConfirmAsync(string question,", "ConfirmAsync(string question, int times,", "IAsk: 'IAsk'", "callback Acme.IAsk { ConfirmAsync(string question, Acme.Kind? kind) : bool }")]
    [InlineData("MemoryPackOrder(2)", "MemoryPackOrder(3)", "Problem: 'Problem'", "tolerant Acme.Problem { 2 Acme.Shape Shape }")]
    [InlineData("public int Width;", "public int Width; public int Height;", "Size: 'Size'", "struct Acme.Size { int Width, byte Depth }")]
    public async Task Breaking_change_is_told_as_such(string from, string to, string report, string before)
    {
        Assert.Contains(from, Source, StringComparison.Ordinal);
        ContractFileRun run = await ContractFileRun.Of(Source.Replace(from, to, StringComparison.Ordinal), File);

        Assert.Equal(
            $"DRPC402 {report} breaks clients and daemons of the contract in DaemonRpc.Contract.txt, which says '{before}'; add another method instead, or a trailing parameter with a default value",
            Assert.Single(run.Reports));
        Assert.Equal(DiagnosticSeverity.Warning, Assert.Single(run.Diagnostics).Severity);
    }

    [Fact]
    public async Task Argument_that_may_no_longer_be_left_out_breaks_the_clients_that_leave_it_out()
    {
        ContractFileRun run = await ContractFileRun.Of(
            "[DaemonRpc.DaemonRpc] public interface IBooks { System.Threading.Tasks.Task FindAsync(int edition); }", "IBooks.FindAsync(int edition = default)");

        Assert.StartsWith("DRPC402 FindAsync: ", Assert.Single(run.Reports), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_method_is_told_at_the_contract()
    {
        ContractFileRun run = await ContractFileRun.Of(Source.Replace("    IAsyncEnumerable<Book> AllAsync();\n", "", StringComparison.Ordinal), File);

        Assert.Equal(
            "DRPC403 IBooks: 'IBooks' has no method 'AllAsync() : stream Acme.Book', which is in DaemonRpc.Contract.txt, so calls from clients of that contract are not understood",
            Assert.Single(run.Reports));
    }

    [Fact]
    public async Task Missing_contract_is_told_in_the_file()
    {
        ContractFileRun run = await ContractFileRun.Of(Source, File + "Acme.IFilms.AllAsync()\n");

        Assert.Equal(
            "DRPC403 Acme.IFilms.AllAsync(): 'Acme.IFilms' has no method 'AllAsync()', which is in DaemonRpc.Contract.txt, so calls from clients of that contract are not understood",
            Assert.Single(run.Reports));
    }

    [Fact]
    public async Task Method_with_another_name_is_a_missing_and_a_new_one()
    {
        ContractFileRun run = await ContractFileRun.Of(Source.Replace("AllAsync", "EachAsync", StringComparison.Ordinal), File);

        Assert.Equal(["DRPC401 EachAsync", "DRPC403 IBooks"], run.Reports.Select(static report => report.Split(':')[0]));
    }

    [Fact]
    public async Task Each_overload_is_compared_with_its_own_line()
    {
        const string Overloads = "[DaemonRpc.DaemonRpc] public interface IBooks { System.Threading.Tasks.Task FindAsync(string title, int edition = 1); System.Threading.Tasks.Task FindAsync(int number, bool all = true); }";

        ContractFileRun run = await ContractFileRun.Of(Overloads, "IBooks.FindAsync(int number)\nIBooks.FindAsync(string title)\n");

        Assert.Equal(["DRPC401 FindAsync", "DRPC401 FindAsync"], run.Reports.Select(static report => report.Split(':')[0]));
        Assert.Empty((await ContractFileRun.Of(Overloads, run.NextFile)).Reports);
    }

    [Theory]
    [InlineData("<<<<<<< ours")]
    [InlineData("Acme.IBooks")]
    [InlineData("object Acme.Book")]
    public async Task Line_that_says_nothing_is_told(string line)
    {
        ContractFileRun run = await ContractFileRun.Of(Source, File + line + "\n");

        Assert.Equal($"DRPC404 {line}: '{line}' must be a method, a type or a comment (#), or else nothing is compared with it", Assert.Single(run.Reports));
        Assert.Equal("/project/DaemonRpc.Contract.txt", Assert.Single(run.Diagnostics).Location.GetLineSpan().Path);
    }

    [Fact]
    public async Task Comments_stay_at_the_top_and_lines_are_in_order()
    {
        ContractFileRun run = await ContractFileRun.Of(
            "[DaemonRpc.DaemonRpc] public interface IBooks { System.Threading.Tasks.Task BAsync(); System.Threading.Tasks.Task AAsync(); }", "# Ours.\n\n# Released with 1.0.\n");

        Assert.Equal("# Ours.\n# Released with 1.0.\nIBooks.AAsync()\nIBooks.BAsync()\n", run.NextFile);
    }

    [Fact]
    public async Task Change_of_a_type_of_a_library_is_told_at_the_contract()
    {
        MetadataReference library = TestCompilation.CompileLibrary("using MemoryPack; namespace Lib; [MemoryPackable] public partial record Book(string Title) { [MemoryPackInclude] private int _pages; }");

        ContractFileRun run = await ContractFileRun.Of(
            "[DaemonRpc.DaemonRpc] public interface IBooks { System.Threading.Tasks.Task<Lib.Book> AAsync(); }", "IBooks.AAsync() : Lib.Book\nobject Lib.Book { string Title }", library);

        Assert.StartsWith("DRPC402 IBooks: 'Book' breaks", Assert.Single(run.Reports), StringComparison.Ordinal);
        Assert.Contains("\nobject Lib.Book { string Title, int ? }\n", run.NextFile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contract_with_errors_is_not_compared()
    {
        ContractFileRun run = await ContractFileRun.Of(Source.Replace("IAsyncEnumerable<Book> AllAsync();", "int AllAsync();", StringComparison.Ordinal), File);

        Assert.Equal("DRPC007", Assert.Single(run.Diagnostics).Id);
    }
}
