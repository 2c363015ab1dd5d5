using System.Diagnostics;
using System.Globalization;
using WarmRoslyn.Tests.Infrastructure;

namespace WarmRoslyn.Tests.Cli;

/// <summary>The tool as a user runs it, with real daemons.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Cold_warm_and_without_a_daemon_the_answer_is_the_same()
    {
        await using TestSolution solution = await TestSolution.CreateAsync("App");
        _ = solution.Write("App/Use.cs", "class Use\n{\n    int M() { int unused; return Undefined; }\n}\n");

        ShellResult cold = await solution.RunAsync("diagnostics");
        ShellResult warm = await solution.RunAsync("diagnostics");
        ShellResult alone = await solution.RunAsync("diagnostics", "--no-daemon");

        Assert.Equal(
            [
                "App/Use.cs(3,19): warning CS0168: The variable 'unused' is declared but never used [App]",
                "App/Use.cs(3,34): error CS0103: The name 'Undefined' does not exist in the current context [App]",
            ],
            cold.Lines);
        Assert.Equal((1, cold.Output), (warm.ExitCode, warm.Output));
        Assert.Equal((1, cold.Output), (alone.ExitCode, alone.Output));
        Assert.Matches(@"^1 errors, 1 warnings, \d\.\d{3} s \(daemon reused\)\n$", warm.Errors);
        Assert.EndsWith("(daemon inprocess)\n", alone.Errors, StringComparison.Ordinal);

        Assert.Single((await solution.RunAsync("diagnostics", "--severity", "error", "--project", "App")).Lines);
        Assert.Equal(
            "{\"kind\":\"method\",\"name\":\"Use.M()\",\"path\":\"" + solution.PathOf("App/Use.cs") + "\",\"line\":3,\"column\":9,\"depth\":0}\n",
            (await solution.RunAsync("--json", "symbol", "M")).Output);
        Assert.Equal("    1  class Use\n    3    method Use.M()\n", (await solution.RunAsync("outline", "App/Use.cs")).Output);
        Assert.Equal("App/Use.cs:3:9: (declaration) int M() { int unused; return Undefined; }\n", (await solution.RunAsync("references", "App/Use.cs:3:9")).Output);
        ShellResult rename = await solution.RunAsync("rename", "Use.M", "N", "--dry-run");
        Assert.StartsWith("--- a/App/Use.cs\n+++ b/App/Use.cs\n@@ -1,4 +1,4 @@\n class Use\n", rename.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await solution.RunAsync("rename", "Use.M", "N")).ExitCode);
        Assert.Equal(1, (await solution.RunAsync("symbol", "Nothing")).ExitCode);

        Assert.StartsWith("Stopped process ", (await solution.RunAsync("stop")).Output, StringComparison.Ordinal);
        Assert.Null(await solution.FindDaemonAsync());
    }

    [Fact]
    public async Task What_is_no_solution_is_said_to_be_none()
    {
        await using TestSolution solution = await TestSolution.CreateAsync();

        ShellResult missing = await solution.RunAsync("diagnostics", "-s", "no.sln");
        ShellResult several = await solution.Write("Other.sln", "").RunAsync("diagnostics");
        ShellResult broken = await solution.Write("Test.slnx", "<Solution><Project").RunAsync("diagnostics", "-s", "Test.slnx");
        ShellResult empty = await solution.Write("Test.slnx", "<Solution />").RunAsync("diagnostics", "-s", "Test.slnx");
        ShellResult unrestored = await solution.Write("Test.slnx", "<Solution><Project Path=\"App/App.csproj\" /></Solution>")
            .Write("App/App.csproj", TestSolution.ProjectText(null)).RunAsync("diagnostics", "-s", "Test.slnx");

        Assert.Equal((2, "warmroslyn: no.sln: No such file or directory\n"), (missing.ExitCode, missing.Errors));
        Assert.Equal((2, "warmroslyn: " + solution.Root + " has several: Other.sln, Test.slnx. Name one with --solution.\n"), (several.ExitCode, several.Errors));
        Assert.Equal(2, broken.ExitCode);
        Assert.Contains($"warmroslyn: {solution.File} cannot be loaded: ", broken.Errors, StringComparison.Ordinal);
        Assert.Equal(2, empty.ExitCode);
        Assert.Contains("has no C# project that can be loaded.", empty.Errors, StringComparison.Ordinal);
        Assert.Equal(1, unrestored.ExitCode);
        Assert.Contains(": error LOAD: ", unrestored.Output, StringComparison.Ordinal);

        await solution.RestoreAsync();
        Assert.Equal(0, (await solution.RunAsync("diagnostics", "-s", "Test.slnx")).ExitCode);
    }

    [Fact]
    public async Task Watch_prints_what_comes_and_goes()
    {
        await using TestSolution solution = await TestSolution.CreateAsync("App");
        _ = solution.Write("App/Use.cs", "class Use { int unused; }\n");
        using Process watch = solution.Start("watch");
        try
        {
            const string Line = "App/Use.cs(1,17): warning CS0169: The field 'Use.unused' is never used [App]";
            Assert.Equal($"+ {Line}", await ReadAsync());

            _ = solution.Write("App/Use.cs", "class Use { int used = Undefined; }\n");
            Assert.Equal($"- {Line}", await ReadAsync());
            Assert.StartsWith("+ App/Use.cs(1,24): error CS0103", await ReadAsync(), StringComparison.Ordinal);

            _ = await Shell.RunAsync("/", "kill", ["-INT", $"{watch.Id}"]);
            await watch.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Shell.Limit, TestContext.Current.CancellationToken);
            Assert.Equal(0, watch.ExitCode);
        }
        finally
        {
            watch.Kill();
        }

        Task<string?> ReadAsync() => watch.StandardOutput.ReadLineAsync().WaitAsync(Shell.Limit);
    }

    [Fact]
    public async Task MSBuild_of_a_daemon_that_was_killed_does_not_outlive_the_next_load()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "Processes are looked up in /proc.");
        await using TestSolution solution = await TestSolution.CreateAsync("App");
        using Process ask = solution.Start("diagnostics");
        using var limit = new CancellationTokenSource(Shell.Limit);
        int host;
        int daemon = 0;
        while ((host = await HostOfAsync(daemon)) == 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            daemon = daemon != 0 ? daemon : (await solution.FindDaemonAsync())?.ProcessId ?? 0;
        }

        // Both at once, as far as possible: the daemon has not yet said a word to it.
        _ = await Shell.RunAsync("/", "kill", ["-KILL", $"{daemon}"]);
        await ask.WaitForExitAsync(limit.Token);
        Assert.Equal(0, (await solution.RunAsync("diagnostics")).ExitCode);

        while (IsAlive(host))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>The process in which a daemon runs MSBuild, or 0.</summary>
    private static async Task<int> HostOfAsync(int daemon) =>
        daemon != 0 && (await Shell.RunAsync("/", "pgrep", ["-P", $"{daemon}", "-f", "BuildHost"])).Lines is [string first, ..]
            ? int.Parse(first, CultureInfo.InvariantCulture)
            : 0;

    private static bool IsAlive(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return false;
        }
    }
}
