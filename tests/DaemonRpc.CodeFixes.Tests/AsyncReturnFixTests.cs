namespace DaemonRpc.CodeFixes.Tests;

public sealed class AsyncReturnFixTests
{
    [Theory]
    [InlineData("void", "Task")]
    [InlineData("int", "Task<int>")]
    [InlineData("string?", "Task<string?>")]
    [InlineData("Task<int>?", "Task<int>")]
    [InlineData("ValueTask?", "ValueTask")]
    [InlineData("List<string>", "Task<List<string>>")]
    [InlineData("(int Count, string Name)", "Task<(int Count, string Name)>")]
    public Task Return_type_becomes_a_task(string before, string after) => FixTest<AsyncReturnFix>.AssertFixes(
        Contract($"{{|DRPC007:{before}|}} Run(CancellationToken token);"), Contract($"{after} Run(CancellationToken token);"));

    [Fact]
    public Task All_methods_are_fixed_at_once() => FixTest<AsyncReturnFix>.AssertFixes(
        Contract("""
            {|DRPC007:void|} Run(CancellationToken token);

                /// <summary>Counts.</summary>
                {|DRPC007:int|} Count(CancellationToken token);
            """),
        Contract("""
            Task Run(CancellationToken token);

                /// <summary>Counts.</summary>
                Task<int> Count(CancellationToken token);
            """));

    private static string Contract(string methods) => $$"""
        #nullable enable

        [DaemonRpc]
        public interface IContract
        {
            {{methods}}
        }
        """;
}
