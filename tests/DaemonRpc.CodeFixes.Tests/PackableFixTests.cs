namespace DaemonRpc.CodeFixes.Tests;

public sealed class PackableFixTests
{
    [Theory]
    [InlineData("public class Options;", "[MemoryPackable]\npublic partial class Options;")]
    [InlineData("public partial class Options;", "[MemoryPackable]\npublic partial class Options;")]
    [InlineData("public sealed record Options(string Name);", "[MemoryPackable]\npublic sealed partial record Options(string Name);")]
    [InlineData("public record struct Options(string Name);", "[MemoryPackable]\npublic partial record struct Options(string Name);")]
    [InlineData("/// <summary>Some.</summary>\npublic class Options;", "/// <summary>Some.</summary>\n[MemoryPackable]\npublic partial class Options;")]
    [InlineData("[System.Obsolete]\npublic class Options;", "[System.Obsolete]\n[MemoryPackable]\npublic partial class Options;")]
    public Task Type_becomes_packable_and_partial(string before, string after) => FixTest<PackableFix>.AssertFixes(
        [Contract("{|DRPC102:Options|} options"), before], [Contract("Options options"), after]);

    [Fact]
    public Task Types_around_it_become_partial_too() => FixTest<PackableFix>.AssertFixes(
        [
            Contract("{|DRPC102:Outer.Options|} options"),
            """
            // Around.
            public static class Outer
            {
                public class Options
                {
                    public string Name { get; set; }
                }
            }
            """,
        ],
        [
            Contract("Outer.Options options"),
            """
            // Around.
            public static partial class Outer
            {
                [MemoryPackable]
                public partial class Options
                {
                    public string Name { get; set; }
                }
            }
            """,
        ]);

    [Fact]
    public Task Type_that_several_methods_send_is_marked_once() => FixTest<PackableFix>.AssertFixes(
        [
            Contract("{|DRPC102:Options|} options, {|DRPC102:List<Options>|} more, {|DRPC102:Other[]|} others"),
            "class Unrelated { }\n\npublic class Options;\n\npublic class Other;",
        ],
        [
            Contract("Options options, List<Options> more, Other[] others"),
            "class Unrelated { }\n\n[MemoryPackable]\npublic partial class Options;\n\n[MemoryPackable]\npublic partial class Other;",
        ]);

    [Fact]
    public Task Nothing_is_offered_for_a_type_of_another_assembly()
    {
        string contract = Contract("{|DRPC102:System.IO.FileInfo|} file");
        return FixTest<PackableFix>.AssertFixes([contract], [contract]);
    }

    private static string Contract(string parameters) => $$"""
        [DaemonRpc]
        public interface IContract
        {
            Task RunAsync({{parameters}}, CancellationToken cancellationToken);
        }
        """;
}
