using DaemonRpc;
using WarmRoslyn.Contract;
using WarmRoslyn.Tests.Infrastructure;

namespace WarmRoslyn.Tests.Queries;

/// <summary>Names, uses, new names and outlines, all in one loaded solution.</summary>
public sealed class QueryTests
{
    [Fact]
    public async Task Symbols_are_found_used_and_renamed()
    {
        await using TestSolution solution = await TestSolution.CreateAsync("Core", "App");
        _ = solution
            .Write("Core/Json.cs", "namespace Core;\npublic class Json\n{\n    public const int Most = 3;\n    public static int Parse(string text) => Parse(text, Most);\n    public static int Parse(string text, int most) => most;\n    public record Node(int Value);\n}\n")
            .Write("App/Use.cs", "using Core;\nclass Use\n{\n    int A() => Json.Parse(\"\", 1);\n    int B() => new Json.Node(1).Value;\n    int C() => Json.Most;\n}");
        await using WarmRoslynClient client = solution.Open();
        string json = solution.PathOf("Core/Json.cs");
        string use = solution.PathOf("App/Use.cs");

        Assert.Equal(
            [new CodeSymbol("method", "Core.Json.Parse(string text)", json, 5, 23), new CodeSymbol("method", "Core.Json.Parse(string text, int most)", json, 6, 23)],
            await client.SymbolsAsync("Json.Pa*", Stop).ToArrayAsync(Stop));
        Assert.Empty(await client.SymbolsAsync("son.Parse", Stop).ToArrayAsync(Stop));
        Assert.Equal(
            [new CodeReference(json, 4, 22, true, "public const int Most = 3;"), new CodeReference(json, 5, 57, false, "public static int Parse(string text) => Parse(text, Most);"), new CodeReference(use, 6, 21, false, "int C() => Json.Most;")],
            (await client.ReferencesAsync("Core.Json.Most", Stop).ToArrayAsync(Stop)).OrderBy(reference => reference.Path == use).ThenBy(reference => reference.Line));
        Assert.Equal(
            ["class Core.Json", "constant Core.Json.Most", "method Core.Json.Parse(string text)", "method Core.Json.Parse(string text, int most)", "record Core.Json.Node"],
            (await client.OutlineAsync(json, Stop).ToArrayAsync(Stop)).Select(symbol => $"{symbol.Kind} {symbol.Name}"));

        // By the place of its use. The diff is what patch takes.
        RenamePlan plan = await client.PlanRenameAsync($"{use}:4:21", "Read", Stop);
        Assert.Equal("Core.Json.Parse(string text, int most)", plan.Symbol);
        Assert.Empty(plan.NewErrors);
        string diff = string.Concat(plan.Files.Select(patch => $"--- {patch.Path}\n+++ {patch.Path}\n{patch.Hunks}"));
        File.WriteAllText(solution.PathOf("rename.diff"), diff);
        ShellResult patched = await Shell.RunAsync(solution.Root, "git", ["apply", "--unsafe-paths", "-p0", "rename.diff"]);
        Assert.True(patched.ExitCode == 0, patched.Errors + diff);
        Assert.Contains("Parse(string text) => Read(text, Most);\n    public static int Read(string text, int most)", File.ReadAllText(json), StringComparison.Ordinal);
        Assert.Contains("Json.Read(\"\", 1)", File.ReadAllText(use), StringComparison.Ordinal);
        Assert.Empty(await client.DiagnosticsAsync(solution.Root));

        RenamePlan clash = await client.PlanRenameAsync("Use.A", "B", Stop);
        Assert.Equal("CS0111", Assert.Single(clash.NewErrors).Id);

        await FailsAsync("There is no symbol 'Nothing' in the solution's source.", () => client.PlanRenameAsync("Nothing", "Something"));
        await FailsAsync("'1x' is no name in C#.", () => client.PlanRenameAsync("Use.A", "1x"));
        await FailsAsync($"{use} has no line 99 with a column 1.", () => client.PlanRenameAsync($"{use}:99:1", "x"));
        await FailsAsync($"'Use.*' fits several symbols. Name one by its place:\n  {use}:4:9  method Use.A()\n  {use}:5:9  method Use.B()\n  {use}:6:9  method Use.C()", () => client.PlanRenameAsync("Use.*", "x"));
        await FailsAsync("/no/file.cs is no source file of the solution.", () => client.OutlineAsync("/no/file.cs").ToArrayAsync().AsTask());
        await FailsAsync("The solution has no C# project 'Nope'.", () => client.DiagnosticsAsync(solution.Root, new DiagnosticQuery("Nope")));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task FailsAsync(string reason, Func<Task> call) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<DaemonFaultException<Problem>>(call)).Fault?.Reason);
}
