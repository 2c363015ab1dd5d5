using DaemonRpc.Generators.Tests.Infrastructure;

namespace DaemonRpc.Generators.Tests.Emission;

/// <summary>Names that a contract may use although generated code uses them too.</summary>
public sealed class HygieneTests
{
    [Fact]
    public void Parameters_may_have_any_name() => Snapshot.Match(new GeneratorRun("""
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;

        namespace Acme.Tools;

        [DaemonRpc]
        public partial interface IParameterNames
        {
            Task<int> KeywordsAsync(string @class, int @event, bool value, string @this);
            Task<int> OursAsync(string _channel, string arguments, string reply, uint method, string[]?[]? target, string channel);
            Task<int> TokensAsync(string cancellationToken, CancellationToken token = default);
            Task<int> TypesAsync(string ParameterNamesDaemon, string Methods, string Contract, string global, string System, string Acme);
        }
        """));

    [Fact]
    public void Methods_may_have_any_name() => Snapshot.Match(new GeneratorRun("""
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;

        namespace Acme.Tools;

        [DaemonRpc]
        public partial interface IMethodNames
        {
            Task<string> ConnectAsync(string address = "none");
            Task ConnectInProcess();
            ValueTask DisposeAsync();
            Task<int> Daemon();
            Task<string> ToString();
            Task<bool> Equals(string other);
            Task<int> GetHashCode();
            Task<string> GetType();
            Task Methods();
            Task MethodNamesClient(params int[] numbers);
            Task MethodNamesDaemon();
            Task MethodNamesDispatcher();
            Task IMethodNames();
            Task _channel();
            Task NameOf();
            Task Target();
            Task DispatchAsync();
            Task Contract();
            Task Description();
            Task @class(CancellationToken cancellationToken = default);
        }
        """));

    [Theory]
    [InlineData("RunAsync")]
    [InlineData("@class")]
    [InlineData("ToString")]
    [InlineData("NamesDaemon")]
    public async Task Call_is_named_after_its_method(string method)
    {
        Type caller = TestCompilation.Load($$"""
            using System.Threading.Tasks;

            public sealed class Unknown;

            [DaemonRpc.DaemonRpc]
            public partial interface INames
            {
                Task {{method}}(Unknown value);
            }

            public sealed class Caller : INames
            {
                public static async Task CallAsync()
                {
                    await using NamesClient client = NamesClient.ConnectInProcess(_ => new Caller());
                    await ((INames)client).{{method}}(new Unknown());
                }

                Task INames.{{method}}(Unknown value) => Task.CompletedTask;
            }
            """).GetType("Caller", throwOnError: true)!;

        DaemonProtocolException exception = await Assert.ThrowsAsync<DaemonProtocolException>(caller.GetMethod("CallAsync")!.CreateDelegate<Func<Task>>());

        Assert.Contains($"argument 1 of {method.TrimStart('@')},", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("System")]
    [InlineData("DaemonRpc.Threading")]
    [InlineData("Acme.MemoryPack")]
    [InlineData("Acme.global.System.Threading")]
    public void Namespaces_may_have_any_name(string name)
    {
        GeneratorRun run = new($$"""
            namespace {{name}};

            [global::DaemonRpc.DaemonRpc]
            public partial interface IContract
            {
                global::System.Threading.Tasks.Task<global::System.Collections.Generic.List<Mode>> RunAsync(Task task, List list, global::System.Threading.CancellationToken token);
            }

            public enum Mode { A }
            public enum Task { A }
            public enum List { A }
            public enum Func { A }
            public enum CancellationToken { A }
            """);

        Assert.Equal(8, run.Files.Count);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void Contract_may_be_named_like_a_keyword()
    {
        GeneratorRun run = new("[DaemonRpc.DaemonRpc] public partial interface @event { System.Threading.Tasks.Task RunAsync(); }");

        Assert.Contains("event.Client.g.cs", run.Files.Keys);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("Contract")]
    [InlineData("Methods")]
    [InlineData("Description")]
    [InlineData("Daemon")]
    [InlineData("RunAsync")]
    [InlineData("ConnectAsync")]
    [InlineData("Target")]
    [InlineData("NameOf")]
    [InlineData("DispatchAsync")]
    [InlineData("ToString")]
    [InlineData("Formatter0")]
    public void Contract_may_be_named_like_what_is_generated(string name)
    {
        GeneratorRun run = new($$"""
            using System.Threading.Tasks;
            using MemoryPack;

            namespace Acme.Tools;

            [DaemonRpc.DaemonRpc]
            public partial interface {{name}}
            {
                Task<Item> RunAsync(Item item);
                Task<string> ToString();
            }

            [MemoryPackable] public partial record Item(int Id);
            """);

        Assert.Equal(8, run.Files.Count);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void Contract_may_have_members_with_bodies()
    {
        GeneratorRun run = new("""
            using System.Threading.Tasks;

            [DaemonRpc.DaemonRpc]
            public partial interface IBodies
            {
                const int Limit = 5;
                static int Doubled => Limit * 2;
                static Task HelpAsync() => Task.CompletedTask;
                private Task InnerAsync() => Task.CompletedTask;
                sealed Task TwiceAsync() => InnerAsync();
                Task<int> OverridableAsync() => Task.FromResult(Limit);
                enum Nested { A }
                Task<Nested> NestedAsync();
            }
            """);

        Assert.Empty(run.CompilerDiagnostics);
        Assert.Contains("OverridableAsync", run.Files["IBodies.Client.g.cs"], StringComparison.Ordinal);
        Assert.DoesNotContain("TwiceAsync", run.Files["IBodies.Client.g.cs"], StringComparison.Ordinal);
    }
}
