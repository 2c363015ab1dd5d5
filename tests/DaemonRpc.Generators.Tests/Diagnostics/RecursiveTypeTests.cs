using DaemonRpc.Generators.Tests.Infrastructure;
using DaemonRpc.Serialization;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>Types whose values can be nested without end.</summary>
public sealed class RecursiveTypeTests
{
    [Theory]
    [InlineData("Task RunAsync([|Node|] node);", "Node")]
    [InlineData("Task<[|Node[]|]> RunAsync();", "Node", "Task<Node[]>")]
    [InlineData("Task RunAsync([|Tree|] tree);", "Tree")]
    [InlineData("Task RunAsync([|First|] first);", "First")]
    [InlineData("Task RunAsync([|Holder|] holder);", "Node")]
    [InlineData("Task RunAsync([|Circle|] circle);", "Circle")]
    [InlineData("Task RunAsync([|Shape|] shape);", "Shape")]
    [InlineData("Task RunAsync([|Box<int>|] box);", "Box<int>")]
    [InlineData("Task RunAsync(IProgress<Node> progress);", "Node", "IProgress<Node>")]
    public async Task Type_that_can_contain_itself_is_a_suggestion_with_the_limit(string method, string type, string? mention = null)
    {
        string marked = mention is null ? method : method.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal)
            .Replace(mention, $"[|{mention}|]", StringComparison.Ordinal);
        AnalyzerRun run = await AnalyzerRun.Of(Contract(marked));

        run.AssertReports(
            "DRPC105",
            DiagnosticSeverity.Info,
            $"'{type}', which 'RunAsync' sends, can contain itself, and a value with objects more than {ValueWalk.MostDepth} levels deep is refused; send deeper values as a list of parts");
    }

    [Theory]
    [InlineData("Task RunAsync(Leaf leaf);")]
    [InlineData("Task RunAsync(Two two);")]
    [InlineData("Task RunAsync(Ignoring ignoring);")]
    [InlineData("Task RunAsync(List<List<int>> lists);")]
    public async Task Type_that_ends_is_not_reported(string method)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract(method));

        Assert.Empty(run.Diagnostics);
    }

    private static string Contract(string method) => $$"""
        using System;
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using MemoryPack;

        [DaemonRpc.DaemonRpc]
        public partial interface IContract
        {
            {{method}}
        }

        [MemoryPackable] public partial record Node(int Value, Node? Next);
        [MemoryPackable] public partial record Tree(Dictionary<string, List<Tree>> Children);
        [MemoryPackable] public partial record First(Second Second);
        [MemoryPackable] public partial record Second(First? First);
        [MemoryPackable] public partial record Holder(Leaf Leaf, Node[] Nodes);
        [MemoryPackable] public partial record Leaf(int Value);
        [MemoryPackable] public partial record Two(Leaf One, Leaf Other);
        [MemoryPackable] public partial record Box<T>(T Value, Box<T>? Inner);
        [MemoryPackable(GenerateType.CircularReference)] public partial class Circle { [MemoryPackOrder(0)] public Circle? Other { get; set; } }
        [MemoryPackable] [MemoryPackUnion(0, typeof(Group))] public abstract partial record Shape;
        [MemoryPackable] public partial record Group(Shape[] Shapes) : Shape;
        [MemoryPackable] public partial class Ignoring { [MemoryPackIgnore] public Ignoring? Parent { get; set; } public int Value { get; set; } }
        """;
}
