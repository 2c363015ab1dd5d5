using System.Reflection;
using System.Reflection.Emit;
using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Emission;

/// <summary>What is generated for a contract that inherits methods.</summary>
public sealed class InheritanceTests
{
    private const string Store = """
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using MemoryPack;

        namespace Acme.Storage;

        public interface ICounted
        {
            ValueTask<int> CountAsync();
        }

        public interface IStore<T> : ICounted
        {
            Task PutAsync(string key, T value, CancellationToken cancellationToken = default);
            Task<T?> GetAsync(string key, Priority priority = Priority.High, T? fallback = default);
            IAsyncEnumerable<(string Key, T Value)> AllAsync(CancellationToken cancellationToken = default);
            Task ImportAsync(string file, IProgress<T>? progress = null);
        }

        public interface IReporting : ICounted
        {
            [Obsolete("Use AllAsync.")]
            Task<Report> ReportAsync(decimal threshold = 0.5m, params string[] names);
        }

        public enum Priority { Low, High }

        [MemoryPackable]
        public partial record Report(int Total)
        {
            [MemoryPackInclude] private List<Line>? _lines;

            public int Lines => _lines?.Count ?? 0;
        }

        [MemoryPackable]
        public partial record Line(string Text);
        """;

    [Fact]
    public void Methods_of_base_interfaces() => Snapshot.Match(new GeneratorRun(
        """
        using System;
        using System.Threading.Tasks;
        using Acme.Storage;
        using DaemonRpc;
        using MemoryPack;

        namespace Acme.Tools;

        [DaemonRpc("com.acme.hits")]
        public partial interface IHits : IStore<Hit>, IReporting, ISwitch, IAsyncDisposable
        {
            Task ClearAsync();
        }

        public interface ISwitch
        {
            const int Limit = 5;
            static int Doubled => Limit * 2;
            Task<bool> TurnAsync(bool on) => Task.FromResult(on);
            sealed Task TwiceAsync() => InnerAsync();
            private Task InnerAsync() => Task.CompletedTask;
        }

        [MemoryPackable] public partial record Hit(string Path, Place Place);
        [MemoryPackable] public partial record Place(int Line);
        """,
        TestCompilation.CompileLibrary(Store)));

    [Fact]
    public void Methods_that_meet() => Snapshot.Match(new GeneratorRun("""
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;

        namespace Acme.Tools;

        [DaemonRpc]
        public partial interface IMeeting : IOne, ITwo, IThree<string?>
        {
            Task<int> CountAsync(long depth);
            new ValueTask CloseAsync();
        }

        public interface IOne
        {
            Task RunAsync(string what, CancellationToken cancellationToken = default);
            Task<string> ToString();
        }

        public interface ITwo
        {
            [Fault(typeof(DateTime))] Task RunAsync(string text, CancellationToken token);
            Task<int> RunAsync(int number);
            Task<string> ToString();
        }

        public interface IThree<T>
        {
            Task<int> CountAsync(int depth);
            ValueTask CloseAsync();
            Task<T> EchoAsync(T value);
        }
        """));

    [Fact]
    public void Method_that_moves_to_a_base_interface_changes_nothing()
    {
        const string Types = """

            [MemoryPack.MemoryPackable] public partial record Hit(string Path);
            """;
        const string Own = "System.Threading.Tasks.Task<int> CountAsync(string root);";
        const string Moved = "System.Collections.Generic.IAsyncEnumerable<Hit> FindAsync(string pattern, System.Threading.CancellationToken token = default);";

        GeneratorRun before = new($"[DaemonRpc.DaemonRpc] public partial interface IContract {{ {Own} {Moved} }}{Types}");
        GeneratorRun after = new($"[DaemonRpc.DaemonRpc] public partial interface IContract : IMiddle {{ {Own} }} public interface IMiddle : IBase<Hit>; public interface IBase<T> {{ {Moved.Replace("Hit", "T", StringComparison.Ordinal)} }}{Types}");

        Assert.Equal(8, before.Files.Count);
        Assert.Equal(before.Files, after.Files);
    }

    [Theory]
    [InlineData("int", "Task<int> GetAsync(string key, global::Acme.Storage.Priority priority = global::Acme.Storage.Priority.High, int fallback = default)")]
    [InlineData("int?", "Task<int?> GetAsync(string key, global::Acme.Storage.Priority priority = global::Acme.Storage.Priority.High, int? fallback = null)")]
    [InlineData("string", "Task<string?> GetAsync(string key, global::Acme.Storage.Priority priority = global::Acme.Storage.Priority.High, string? fallback = null)")]
    [InlineData("string?", "IAsyncEnumerable<(string Key, string? Value)> AllAsync(")]
    [InlineData("(int Id, string? Name)", "Task PutAsync(string key, (int Id, string? Name) value, ")]
    [InlineData("System.Collections.Generic.List<Hit?>[]", "Task PutAsync(string key, global::System.Collections.Generic.List<global::Hit?>[] value, ")]
    public void Generic_base_interface_may_be_closed_over_any_type_that_travels(string type, string signature)
    {
        GeneratorRun run = new(
            $"[DaemonRpc.DaemonRpc] public partial interface IContract : Acme.Storage.IStore<{type}>; [MemoryPack.MemoryPackable] public partial record Hit(string Path);",
            TestCompilation.CompileLibrary(Store));

        Assert.Empty(run.CompilerDiagnostics);
        Assert.Contains(signature, run.Files["IContract.Client.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void One_generic_base_interface_may_be_closed_several_times()
    {
        GeneratorRun run = new("""
            using System.Threading.Tasks;

            [DaemonRpc.DaemonRpc] public partial interface IContract : IStore<int>, IStore<string>;

            public interface IStore<T>
            {
                Task PutAsync(string key, T value);
                Task DeleteAsync(string key);
            }
            """);

        Assert.Empty(run.CompilerDiagnostics);
        Assert.Equal(3, run.Files["IContract.Contract.g.cs"].Split("internal const uint").Length - 1);
    }

    [Fact]
    public void Contract_may_inherit_another_contract()
    {
        GeneratorRun run = new("""
            using System.Threading.Tasks;

            [DaemonRpc.DaemonRpc("base")] public partial interface IBase { Task RunAsync(string what); }
            [DaemonRpc.DaemonRpc("derived")] public partial interface IDerived : IBase { Task StopAsync(); }
            """);

        Assert.Empty(run.CompilerDiagnostics);
        Assert.Equal(2, run.Files.Keys.Count(static file => file.EndsWith(".Client.g.cs", StringComparison.Ordinal)));
        string id = Assert.Single(run.Files["IBase.Contract.g.cs"].Split('\n'), static line => line.Contains("RunAsync = 0x", StringComparison.Ordinal));
        Assert.Contains(id, run.Files["IDerived.Contract.g.cs"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public interface IBase { Task<string> EchoAsync(string text = null, string[] words = null); }")]
    [InlineData("[System.Obsolete] public interface IBase { Task EchoAsync(int number); Task OtherAsync(); }")]
    [InlineData("[System.Diagnostics.CodeAnalysis.Experimental(\"ACME1\")] public interface IBase { [System.Obsolete(\"Old.\")] Task EchoAsync(int number); }")]
    [InlineData("public interface IBase { Task EchoAsync([System.Runtime.InteropServices.Optional, System.Runtime.CompilerServices.DateTimeConstant(5)] System.DateTime when, [System.Runtime.CompilerServices.CallerMemberName] string member = \"\"); }")]
    [InlineData("public interface IBase { Task EchoAsync([System.Runtime.InteropServices.Optional, System.Runtime.InteropServices.DefaultParameterValue(1)] int number, string @class); }")]
    [InlineData("public interface IBase { ValueTask DisposeAsync(); Task Daemon(); Task ContractClient(); Task<string> EchoAsync(string text); }")]
    public void Client_of_an_old_or_odd_base_interface_compiles_without_warnings(string declaration)
    {
        GeneratorRun run = new(
            """
            #pragma warning disable CS0612, CS0618, ACME1
            [DaemonRpc.DaemonRpc] public partial interface IContract : IBase, System.IAsyncDisposable { System.Threading.Tasks.Task EchoAsync(long other); }
            """,
            TestCompilation.CompileLibrary($"#nullable disable\nusing System.Threading.Tasks; {declaration}"));

        Assert.Empty(run.CompilerDiagnostics);
        Assert.Contains("EchoAsync_", run.Files["IContract.Contract.g.cs"], StringComparison.Ordinal);
    }

    /// <remarks>As F# and others compile it.</remarks>
    [Fact]
    public void Parameters_of_a_base_interface_may_have_no_names()
    {
        GeneratorRun run = new("[DaemonRpc.DaemonRpc] public partial interface IContract : INameless;", LibraryWithoutNames());

        Assert.Empty(run.CompilerDiagnostics);
        Assert.Contains("RunAsync(string argument1, int argument2, bool only)", run.Files["IContract.Client.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_reach_the_declaration_that_the_caller_means()
    {
        Type caller = TestCompilation.Load("""
            using System.Collections.Generic;
            using System.Threading.Tasks;

            [DaemonRpc.DaemonRpc]
            public partial interface IContract : IShadowed<string>, IDefault, ISame, System.IAsyncDisposable
            {
                Task<string> RunAsync(long number);
            }

            public interface IShadowed<T> { Task<string> RunAsync(int number); Task<T> EchoAsync(T value); Task<string> ToString(); }
            public interface IDefault { Task<string> HelloAsync(string name) => Task.FromResult("hello " + name); }
            public interface ISame { Task<string> EchoAsync(string text); Task<string> ToString(); }

            public sealed class Handler : IContract
            {
                public static int Disposed { get; private set; }

                public static async Task<string[]> CallAsync()
                {
                    List<string> answers = new();
                    IContract client = ContractClient.ConnectInProcess(_ => new Handler());
                    await using (client)
                    {
                        answers.Add(await ((IShadowed<string>)client).RunAsync(1));
                        answers.Add(await client.RunAsync(2L));
                        answers.Add(await ((IShadowed<string>)client).EchoAsync("three"));
                        answers.Add(await ((ISame)client).EchoAsync("four"));
                        answers.Add(await client.HelloAsync("five"));
                        answers.Add(await ((ISame)client).ToString());
                        answers.Add(await ((IShadowed<string>)client).ToString());
                        answers.Add("disposed " + Disposed);
                    }

                    answers.Add("disposed " + Disposed);
                    return answers.ToArray();
                }

                public Task<string> RunAsync(int number) => Task.FromResult("int " + number);
                public Task<string> RunAsync(long number) => Task.FromResult("long " + number);
                public Task<string> EchoAsync(string text) => Task.FromResult("echo " + text);
                Task<string> IShadowed<string>.ToString() => Task.FromResult("text");
                Task<string> ISame.ToString() => Task.FromResult("other text");
                public ValueTask DisposeAsync() { Disposed++; return default; }
            }
            """).GetType("Handler", throwOnError: true)!;

        string[] answers = await caller.GetMethod("CallAsync")!.CreateDelegate<Func<Task<string[]>>>()();

        Assert.Equal(["int 1", "long 2", "echo three", "echo four", "hello five", "text", "text", "disposed 0", "disposed 1"], answers);
    }

    private static PortableExecutableReference LibraryWithoutNames()
    {
        PersistedAssemblyBuilder assembly = new(new AssemblyName("Nameless"), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule("Nameless").DefineType("INameless", TypeAttributes.Public | TypeAttributes.Interface | TypeAttributes.Abstract);
        MethodBuilder method = type.DefineMethod(
            "RunAsync",
            MethodAttributes.Public | MethodAttributes.Abstract | MethodAttributes.Virtual | MethodAttributes.NewSlot | MethodAttributes.HideBySig,
            typeof(Task),
            [typeof(string), typeof(int), typeof(bool)]);
        method.DefineParameter(3, ParameterAttributes.None, "only");
        type.CreateType();
        using MemoryStream image = new();
        assembly.Save(image);
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
