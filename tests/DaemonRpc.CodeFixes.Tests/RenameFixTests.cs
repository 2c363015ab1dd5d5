namespace DaemonRpc.CodeFixes.Tests;

public sealed class RenameFixTests
{
    [Fact]
    public Task Methods_that_differ_only_in_the_token_get_different_names_also_where_they_are_implemented_and_called() => FixTest<RenameFix>.AssertFixes(
        [Program("{|DRPC011:RunAsync|}", "RunAsync")],
        [Program("Run2Async", "Run2Async")],
        isOneByOne: true);

    [Fact]
    public Task Method_that_disagrees_with_an_inherited_one_gets_another_name() => FixTest<RenameFix>.AssertFixes(
        [Inheriting("{|DRPC014:Count|}")],
        [Inheriting("Count3")],
        isOneByOne: true);

    private static string Program(string declared, string name) => $$"""
        [DaemonRpc]
        public interface IContract
        {
            Task RunAsync(int count, CancellationToken cancellationToken);

            Task {{declared}}(CancellationToken cancellationToken, int count);
        }

        public class Handler : IContract
        {
            public Task RunAsync(int count, CancellationToken cancellationToken) => {{name}}(cancellationToken, count);

            public Task {{name}}(CancellationToken cancellationToken, int count) => Task.CompletedTask;
        }
        """;

    private static string Inheriting(string name) => $$"""
        public interface IBase
        {
            Task<int> Count(CancellationToken cancellationToken);

            Task<int> Count2(CancellationToken cancellationToken);
        }

        [DaemonRpc]
        public interface IContract : IBase
        {
            new Task<long> {{name}}(CancellationToken cancellationToken);
        }
        """;
}
