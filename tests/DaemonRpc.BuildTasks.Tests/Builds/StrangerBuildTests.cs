using System.Diagnostics;

namespace DaemonRpc.BuildTasks.Tests.Builds;

/// <summary>The ways in which strangers build. In each, an edit of the executable alone replaces the daemon, and a build without an edit does not.</summary>
public sealed class StrangerBuildTests(PackedPackage package) : IDisposable
{
    private readonly StrangerSolution _solution = new(package);

    public void Dispose() => _solution.Dispose();

    [Fact]
    public void Sources_stay_as_they_are_and_no_two_configurations_disturb_each_other()
    {
        string[] sources = Files();
        _solution.BuildContract();
        _solution.Build();
        Assert.Equal("Hello Started", _solution.Greet());
        _solution.Build("--no-restore");
        Assert.Equal("Hello Reused", _solution.Greet());

        _solution.Say("Hi");
        _solution.Build("--no-restore", "--no-incremental");
        Assert.StartsWith("Hi ", _solution.Greet(), StringComparison.Ordinal);

        _solution.Say("Ho");
        _ = Parallel.ForEach(["Debug", "Release"], configuration => _solution.Build("--no-restore", "-c", configuration));
        Assert.Equal("Ho Replaced", _solution.Greet());
        Assert.Equal("Ho Started", _solution.Greet("Release", "run-of-release"));
        Assert.Equal(sources, Files());
    }

    [Fact]
    public void Sources_may_be_on_a_read_only_file_system()
    {
        Assert.SkipUnless(DotNet.CanMount(), "A read-only file system takes the superuser of a mount namespace (unshare --mount).");

        _ = DotNet.RunReadOnly(_solution.Sources, ["build", "App"]).Succeeded();
        Assert.Equal("Hello Started", _solution.Greet());

        _solution.Say("Hi");
        _ = DotNet.RunReadOnly(_solution.Sources, ["build", "App", "--no-restore"]).Succeeded();
        Assert.Equal("Hi Replaced", _solution.Greet());
    }

    [Fact]
    public void Multithreaded_build_runs_the_tasks_in_its_own_process_whatever_its_working_directory()
    {
        CommandRun run = DotNet.Run("/", ["build", Path.Combine(_solution.Sources, "App"), "-mt", "-v:diag", $"-p:RestoreConfigFile={Path.Combine(_solution.Sources, "nuget.config")}"]).Succeeded();

        Assert.Contains("Task \"StampBuild\"", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Launching task \"StampBuild\"", run.Output, StringComparison.Ordinal);
        Assert.Equal("Hello Started", _solution.Greet());
    }

    [Fact]
    public void Build_server_sees_each_edit_and_each_environment()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The server's process is found by its environment, which only Linux shows.");
        string mark = Guid.NewGuid().ToString("N");
        try
        {
            BuildByServer(mark);
            Assert.Equal("Hello Started", _solution.Greet());
            _solution.Say("Hi");
            BuildByServer(mark);
            Assert.Equal("Hi Replaced", _solution.Greet());

            // Of the time that the variable names, in another runtime directory, as the time is long ago.
            BuildByServer(mark, ("SOURCE_DATE_EPOCH", "1700000000"));
            Assert.Equal("Hi Started", _solution.Greet(runtimeDirectory: "run-of-then"));
            Assert.Contains("the build of 2023-11-14 22:13:20", _solution.LogOf("run-of-then"), StringComparison.Ordinal);
        }
        finally
        {
            foreach (Process server in Process.GetProcesses().Where(process => HasEnvironment(process, mark)))
            {
                server.Kill();
                server.WaitForExit();
            }
        }
    }

    private void BuildByServer(string mark, params (string Name, string Value)[] environment) =>
        DotNet.Run(_solution.Sources, ["build", "App"], [("DOTNET_CLI_USE_MSBUILD_SERVER", "1"), ("MSBUILDDISABLENODEREUSE", "0"), ("DAEMONRPC_TESTS_MARK", mark), .. environment]).Succeeded();

    private static bool HasEnvironment(Process process, string mark)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/environ").Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return false;
        }
    }

    private string[] Files() => [.. Directory.GetFileSystemEntries(_solution.Sources, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
