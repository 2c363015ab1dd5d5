using WarmRoslyn.Contract;
using WarmRoslyn.Tests.Infrastructure;

namespace WarmRoslyn.Tests.Freshness;

/// <summary>Changes of each kind, one after the other, of one loaded solution.</summary>
public sealed class LiveSolutionTests
{
    private const string Unused = "App/Use.cs(3,33): warning CS0168: The variable 'unused' is declared but never used [App]";
    private const string Use = "class Use\n{\n    static int M(int a) {   int unused; return Core.Json.Parse(a); }\n}\n";

    [Fact]
    public async Task Edited_added_moved_and_deleted_files_count_at_once()
    {
        await using TestSolution solution = await TestSolution.CreateAsync("Core", "App");
        _ = solution.Write("Core/Json.cs", "namespace Core;\npublic class Json\n{\n    public static int Parse(int a) => a;\n}\n").Write("App/Use.cs", Use);
        await using WarmRoslynClient client = solution.Open();
        Assert.Equal([Unused], await AskAsync());

        // A method's body, in another project, cannot matter; its signature can.
        _ = solution.Write("Core/Json.cs", "namespace Core;\npublic class Json\n{\n    public static int Parse(int a) => a + 1;\n}\n");
        Assert.Equal([Unused], await AskAsync());
        _ = solution.Write("Core/Json.cs", "namespace Core;\npublic class Json\n{\n    public static int Parse(int a, int b) => a;\n}\n");
        Assert.Equal([Unused, "App/Use.cs(3,58): error CS7036: There is no argument given that corresponds to the required parameter 'b' of 'Json.Parse(int, int)' [App]"], await AskAsync());

        // Private members are invisible, as they are in a build.
        _ = solution.Write("Core/Json.cs", "namespace Core;\npublic class Json\n{\n    static int Parse(int a) => a;\n}\n");
        Assert.Equal([Unused, "App/Use.cs(3,58): error CS0117: 'Json' does not contain a definition for 'Parse' [App]"], await AskAsync());

        // The syntax is broken: of this project, the compiler says nothing else.
        string path = solution.PathOf("App/Use.cs");
        DateTime time = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, Use.Replace("return", "retur(", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(path, time);
        Assert.All(await AskAsync(), line => Assert.StartsWith("App/Use.cs(3,", line, StringComparison.Ordinal));
        Assert.DoesNotContain(Unused, await AskAsync());

        File.Delete(path);
        Assert.Empty(await AskAsync());
        _ = solution.Write("App/Deep/Down/Use.cs", Use.Replace("Core.Json.Parse(a)", "a", StringComparison.Ordinal));
        Assert.Equal([Unused.Replace("Use.cs", "Deep/Down/Use.cs", StringComparison.Ordinal)], await AskAsync());
        File.Move(solution.PathOf("App/Deep/Down/Use.cs"), solution.PathOf("Core/Use.cs"));
        Assert.Equal([Unused.Replace("App", "Core", StringComparison.Ordinal)], await AskAsync());

        Task<string[]> AskAsync() => client.DiagnosticsAsync(solution.Root);
    }

    [Fact]
    public async Task Settings_count_wherever_they_stand()
    {
        await using TestSolution solution = await TestSolution.CreateAsync("App");
        string elsewhere = Directory.CreateTempSubdirectory("wr-else-").FullName;
        try
        {
            _ = solution.Write("App/Use.cs", Use.Replace("Core.Json.Parse(a)", "a", StringComparison.Ordinal));
            await using WarmRoslynClient client = solution.Open();
            Assert.Equal([Unused], await AskAsync());

            // A file's severity, in a new file.
            _ = solution.Write(".editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.CS0168.severity = error\n");
            Assert.Equal([Unused.Replace("warning", "error", StringComparison.Ordinal)], await AskAsync());
            _ = solution.Write(".editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.CS0168.severity = none\n");
            Assert.Empty(await AskAsync());
            File.Delete(solution.PathOf(".editorconfig"));
            Assert.Equal([Unused], await AskAsync());

            // An import from outside, which does not exist at first; and a file that is compiled from there.
            string import = Path.Combine(elsewhere, "shared.props");
            _ = solution.Write("Directory.Build.props", $"<Project><Import Project=\"{import}\" Condition=\"Exists('{import}')\" /></Project>");
            Assert.Equal([Unused], await AskAsync());
            File.WriteAllText(Path.Combine(elsewhere, "Far.cs"), "class Far { Undefined a; }");
            File.WriteAllText(import, $"<Project><PropertyGroup><NoWarn>CS0168;CS0169</NoWarn></PropertyGroup><ItemGroup><Compile Include=\"{elsewhere}/*.cs\" /></ItemGroup></Project>");
            Assert.Equal([$"{elsewhere}/Far.cs(1,13): error CS0246: The type or namespace name 'Undefined' could not be found (are you missing a using directive or an assembly reference?) [App]"], await AskAsync());
            File.WriteAllText(Path.Combine(elsewhere, "Far.cs"), "class Far { int a; }");
            Assert.Empty(await AskAsync());

            Task<string[]> AskAsync() => client.DiagnosticsAsync(solution.Root);
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    [Fact]
    public async Task Generators_and_analyzers_have_their_say()
    {
        await using TestSolution solution = await TestSolution.CreateAsync("App");
        _ = solution.Write("App/App.csproj", TestSolution.ProjectText(null, "<EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>"))
            .Write(".editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.CA1822.severity = warning\n")
            .Write("App/Pattern.cs", "using System.Text.RegularExpressions;\npartial class Pattern\n{\n    [GeneratedRegex(\"a+\")] private static partial Regex A();\n    public bool Is(string s) => A().IsMatch(s);\n}\n");
        await using WarmRoslynClient client = solution.Open();

        Assert.Empty(await client.DiagnosticsAsync(solution.Root));
        Assert.Equal(
            ["App/Pattern.cs(5,17): warning CA1822: Member 'Is' does not access instance data and can be marked as static [App]"],
            await client.DiagnosticsAsync(solution.Root, new DiagnosticQuery(WithAnalyzers: true)));

        string path = solution.PathOf("App/Pattern.cs");
        File.WriteAllText(path, File.ReadAllText(path).Replace("a+", "(", StringComparison.Ordinal));
        Assert.Contains(await client.DiagnosticsAsync(solution.Root), line => line.StartsWith("App/Pattern.cs(4,5): error SYSLIB1042: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancelled_load_is_made_again()
    {
        await using TestSolution solution = await TestSolution.CreateAsync("App");
        _ = solution.Write("App/Use.cs", Use.Replace("Core.Json.Parse(a)", "a", StringComparison.Ordinal));
        await using WarmRoslynClient client = solution.Open();
        using var cancellation = new CancellationTokenSource();
        Task<CodeDiagnostic[]> call = client.DiagnosticsAsync(new DiagnosticQuery(), cancellation.Token).ToArrayAsync(TestContext.Current.CancellationToken).AsTask();
        await cancellation.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        Assert.Equal([Unused], await client.DiagnosticsAsync(solution.Root));
    }
}
