namespace DaemonRpc.CodeFixes.Tests;

public sealed class TokenFixTests
{
    [Theory]
    [InlineData("", "CancellationToken cancellationToken = default")]
    [InlineData("int count", "int count, CancellationToken cancellationToken = default")]
    [InlineData("int count = 1", "int count = 1, CancellationToken cancellationToken = default")]
    [InlineData("params int[] counts", "CancellationToken cancellationToken = default, params int[] counts")]
    [InlineData("int cancellationToken", "int cancellationToken, CancellationToken cancellationToken2 = default")]
    public Task Method_gets_a_token_that_callers_may_omit(string before, string after) => FixTest<TokenFix>.AssertFixes(
        Contract($"Task {{|DRPC016:RunAsync|}}({before});"), Contract($"Task RunAsync({after});"));

    [Fact]
    public Task Implementations_in_other_files_get_the_token_too() => FixTest<TokenFix>.AssertFixes(
        [
            Contract("Task {|DRPC016:RunAsync|}(int count);\n    Task {|DRPC016:StopAsync|}();"),
            """
            public class First : IContract
            {
                public Task RunAsync(int count) => Task.CompletedTask;

                Task IContract.StopAsync() => RunAsync(1);
            }
            """,
            """
            public class Second : IContract
            {
                public virtual Task RunAsync(int count) => Task.CompletedTask;

                public Task StopAsync() => Task.CompletedTask;

                public Task Other() => Task.CompletedTask;
            }
            """,
        ],
        [
            Contract("Task RunAsync(int count, CancellationToken cancellationToken = default);\n    Task StopAsync(CancellationToken cancellationToken = default);"),
            """
            public class First : IContract
            {
                public Task RunAsync(int count, CancellationToken cancellationToken = default) => Task.CompletedTask;

                Task IContract.StopAsync(CancellationToken cancellationToken) => RunAsync(1);
            }
            """,
            """
            public class Second : IContract
            {
                public virtual Task RunAsync(int count, CancellationToken cancellationToken = default) => Task.CompletedTask;

                public Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

                public Task Other() => Task.CompletedTask;
            }
            """,
        ]);

    private static string Contract(string methods) => $$"""
        [DaemonRpc]
        public interface IContract
        {
            {{methods}}
        }
        """;
}
