using CodeSearch.Platform;
using DaemonRpc;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Tests.Infrastructure;

/// <summary>A small solution in a folder of its own, <c>Core</c> and <c>App</c>, which uses it; with a place for daemons. All is gone when the test ends.</summary>
internal sealed class TestSolution : IAsyncDisposable
{
    private readonly string _runtimeDirectory = Directory.CreateTempSubdirectory("wr-").FullName;

    private TestSolution()
    {
    }

    public string Root { get; } = RealPath.Of(Directory.CreateTempSubdirectory("wr-sln-").FullName);

    public string File => PathOf("Test.slnx");

    /// <summary>Creates the solution and restores it.</summary>
    /// <param name="projects">The projects in the order of a build; each refers to the one before.</param>
    public static async Task<TestSolution> CreateAsync(params string[] projects)
    {
        var solution = new TestSolution();
        solution.Write("Test.slnx", $"<Solution>{string.Concat(projects.Select(project => $"<Project Path=\"{project}/{project}.csproj\" />"))}</Solution>");

        // Nothing of the folders above.
        solution.Write("Directory.Build.props", "<Project />").Write("Directory.Build.targets", "<Project />").Write("Directory.Packages.props", "<Project />");
        foreach ((int index, string project) in projects.Index())
        {
            solution.Write($"{project}/{project}.csproj", ProjectText(index > 0 ? projects[index - 1] : null));
        }

        await solution.RestoreAsync();
        return solution;
    }

    public static string ProjectText(string? needs, string properties = "<Nullable>enable</Nullable>") => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            {(needs is null ? "" : $"<ProjectReference Include=\"../{needs}/{needs}.csproj\" />")}
          </ItemGroup>
        </Project>
        """;

    public Task RestoreAsync() => Shell.DotnetAsync(Root, "restore", File, "-v", "q", "-nodeReuse:false");

    public string PathOf(string file) => Path.Combine(Root, file);

    public TestSolution Write(string file, string text)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        System.IO.File.WriteAllText(PathOf(file), text);
        return this;
    }

    /// <summary>The solution's handler in this process.</summary>
    public WarmRoslynClient Open() => WarmRoslynClient.ConnectInProcess(context => new WarmRoslynHandler(context, File));

    /// <summary>The solution's daemon, in a process of its own.</summary>
    public Task<WarmRoslynClient> ConnectAsync() => WarmRoslynClient.ConnectAsync(
        new DaemonClientOptions { Instance = File, RuntimeDirectory = _runtimeDirectory, Launch = DaemonLaunch.Beside("WarmRoslyn.Daemon") });

    /// <summary>Runs the tool in the solution's folder.</summary>
    public Task<ShellResult> RunAsync(params string[] arguments) => Shell.RunAsync(Root, Program, arguments, Environment);

    /// <summary>Starts the tool in the solution's folder.</summary>
    public System.Diagnostics.Process Start(params string[] arguments) => Shell.Start(Root, Program, arguments, Environment);

    public Task<DaemonHandle?> FindDaemonAsync() => DaemonControl.FindAsync(IWarmRoslyn.DaemonId, File, _runtimeDirectory);

    public async ValueTask DisposeAsync()
    {
        if (await FindDaemonAsync() is { } daemon)
        {
            await daemon.StopAsync(force: true);
        }

        Directory.Delete(Root, recursive: true);
        Directory.Delete(_runtimeDirectory, recursive: true);
    }

    /// <summary>The client that was built, beside this assembly.</summary>
    private static string Program => Path.Combine(AppContext.BaseDirectory, "warmroslyn");

    private (string, string) Environment => ("DAEMONRPC_DIR", _runtimeDirectory);
}
