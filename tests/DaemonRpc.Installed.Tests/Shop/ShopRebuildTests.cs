using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>A stranger who edits the handler, builds the solution and runs the tool, again and again.</summary>
public sealed class ShopRebuildTests(PackedPackage package) : IDisposable
{
    // More than what a war between builds is allowed within a minute.
    private const int Edits = 7;

    private readonly TestSolution _solution = new(package);

    private string Tool => _solution.Folder["App/bin/Debug/net10.0/App"];

    public void Dispose()
    {
        foreach (Process daemon in Process.GetProcessesByName("App").Where(process => process.MainModule?.FileName == Tool))
        {
            daemon.Kill();
            daemon.WaitForExit();
        }

        _solution.Dispose();
    }

    [Fact]
    public void Whoever_edits_the_handler_builds_and_runs_is_answered_by_the_new_handler_every_time()
    {
        TestProject app = ShopSolution.Write(_solution);
        app.Run("build", ShopSolution.File).Succeeded();
        string answer = "No such order.";
        Assert.Equal($"Started: {answer}\n", Run());

        long begun = Stopwatch.GetTimestamp();
        for (int edit = 1; edit <= Edits; edit++)
        {
            string next = $"No such order, says build {edit}.";
            app.Edit("ShopHandler.cs", answer, next);
            answer = next;
            app.Run("build", ShopSolution.File, "--no-restore").Succeeded();

            Assert.Equal($"Replaced: {answer}\n", Run());
            Assert.Equal($"Reused: {answer}\n", Run());
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{Edits} rebuilds in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s."));
    }

    private string Run()
    {
        var start = new ProcessStartInfo(Tool, ["ask"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DAEMONRPC_DIR"] = _solution.Folder["run"] },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + errors.GetAwaiter().GetResult();
    }
}
