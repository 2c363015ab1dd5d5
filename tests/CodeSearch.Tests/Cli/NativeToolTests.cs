using System.Text;
using CodeSearch.Tests.Infrastructure;

namespace CodeSearch.Tests.Cli;

/// <summary>The sample as it is published. DAEMONRPC_SOAK=1 has its tree be large and its rounds many.</summary>
public sealed class NativeToolTests : IDisposable
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("DAEMONRPC_SOAK") is { Length: > 0 };

    private readonly TempTree _artifacts = new();

    public void Dispose() => _artifacts.Dispose();

    [Fact]
    public async Task Native_tool_publishes_without_a_warning_answers_as_grep_does_and_outlives_changes()
    {
        Tool.Require("grep");
        Publish();

        await using ToolWorld world = new() { Program = _artifacts.PathOf("tool/codesearch") };
        world.Tree.Write("sub/a b.txt", "one\r\nneedle é\r\nneedle").Write("b", "needle\n");
        ToolResult cold = await world.RunAsync("search", "n.*dle");
        ToolResult warm = await world.RunAsync("search", "n.*dle");

        string[] expected = [.. Tool.Lines(world.Tree.Root, "grep", "-rn", "n.*dle").Order(StringComparer.Ordinal)];
        Assert.Equal(expected, cold.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal(cold.Output, warm.Output);
        Assert.EndsWith("(daemon reused)\n", warm.Errors, StringComparison.Ordinal);

        await ChangeAndSearchAsync(world);
    }

    /// <summary>Repeats the steps that once killed the daemon each time: an index, changes, and a search that sends records after collections.</summary>
    private static async Task ChangeAndSearchAsync(ToolWorld world)
    {
        int files = s_isSoak ? 10_000 : 500;
        for (int file = 0; file < files; file++)
        {
            world.Tree.Write($"many/{file / 100}/{file}.txt", $"line {file}\nthread {file}\n");
        }

        int daemon = (await world.FindDaemonAsync())!.ProcessId;
        var random = new Random(files);
        for (int round = 0; round < (s_isSoak ? 100 : 5); round++)
        {
            Assert.Equal(0, (await world.RunAsync("index")).ExitCode);
            for (int touched = random.Next(files / 30, files / 7); touched > 0; touched--)
            {
                int file = random.Next(files);
                world.Tree.Write($"many/{file / 100}/{file}.txt", $"line {file} again\nthread {file}\n");
            }

            if (round % 2 == 0)
            {
                Assert.Equal(0, (await world.RunAsync("index")).ExitCode);
            }

            await CancelAsync(world, times: s_isSoak ? 4 : 1, random);
            Assert.Equal(files, (await world.RunAsync("search", "thread ")).Output.Count(character => character == '\n'));
        }

        Assert.Equal(daemon, (await world.FindDaemonAsync())?.ProcessId);
    }

    /// <summary>Cancels searches at any point: exceptions then lead through finally blocks, where native code once lost objects and corrupted memory.</summary>
    private static async Task CancelAsync(ToolWorld world, int times, Random random)
    {
        for (int time = 0; time < times; time++)
        {
            using ToolRun search = world.Start("search", "-q", "[a-z]*[0-9]*d");

            // The search may have ended before the cancellation comes, or not have begun.
            await Task.Delay(random.Next(200));
            Assert.InRange((await world.RunAsync("cancel")).ExitCode, 0, 1);
            ToolResult result = await search.EndAsync();
            Assert.True(result.ExitCode is 0 or 130, $"{result.ExitCode}: {result.Errors}");
        }
    }

    private void Publish()
    {
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
    }

    private static string[] Linkers => ["clang", "gcc"];

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
