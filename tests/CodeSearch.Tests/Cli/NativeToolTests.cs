using System.Text;
using CodeSearch.Tests.Infrastructure;

namespace CodeSearch.Tests.Cli;

public sealed class NativeToolTests : IDisposable
{
    private readonly TempTree _artifacts = new();

    public void Dispose() => _artifacts.Dispose();

    [Fact]
    public async Task Native_tool_publishes_without_a_warning_and_answers_as_grep_does()
    {
        Tool.Require("grep");
        Assert.SkipUnless(Linkers.Any(IsInstalled), "Native AOT links with clang or gcc, and neither is installed.");

        (int exitCode, byte[] output) = Tool.Run(Repository.Root, "dotnet",
        [
            "publish", "samples/CodeSearch", "-c", "Release", "--use-current-runtime",
            "--artifacts-path", _artifacts.PathOf("build"), "-o", _artifacts.PathOf("tool"),
            "-nodeReuse:false", "-p:UseSharedCompilation=false",
        ]);
        string log = Encoding.UTF8.GetString(output);
        Assert.True(exitCode == 0, log);
        Assert.DoesNotContain("warning", log, StringComparison.OrdinalIgnoreCase);

        await using ToolWorld world = new() { Program = _artifacts.PathOf("tool/codesearch") };
        world.Tree.Write("sub/a b.txt", "one\r\nneedle é\r\nneedle").Write("b", "needle\n");
        ToolResult cold = await world.RunAsync("search", "n.*dle");
        ToolResult warm = await world.RunAsync("search", "n.*dle");

        string[] expected = [.. Tool.Lines(world.Tree.Root, "grep", "-rn", "n.*dle").Order(StringComparer.Ordinal)];
        Assert.Equal(expected, cold.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal(cold.Output, warm.Output);
        Assert.EndsWith("(daemon reused)\n", warm.Errors, StringComparison.Ordinal);
    }

    private static string[] Linkers => ["clang", "gcc"];

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
