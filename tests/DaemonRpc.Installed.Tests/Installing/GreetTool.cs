using System.Diagnostics;

namespace DaemonRpc.Installed.Tests.Installing;

/// <summary>A stranger's tool, its versions in a feed, and a user who installs them in a home of its own.</summary>
internal sealed class GreetTool : IDisposable
{
    private readonly TestProject _tool;

    public GreetTool(PackedPackage package, string properties = "")
    {
        Solution = new TestSolution(package);
        TestProject contract = Solution.AddLibrary("Greeting", Solution.PackageReference, "<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>");
        contract.Write("Library.cs", GreetSources.Contract);
        _tool = Solution.AddExecutable("Greet", contract.Reference, $"""
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <PackAsTool>true</PackAsTool>
            <PackageId>Acme.Greet</PackageId>
            <ToolCommandName>greet</ToolCommandName>
            {properties}
            """);
        _tool.Write("Program.cs", GreetSources.Program);
        Write("1.0.0");
        User.Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="tools" value="{Feed}" />
              </packageSources>
              <config>
                <add key="globalPackagesFolder" value="{User["packages"]}" />
              </config>
            </configuration>
            """);
    }

    public TestSolution Solution { get; }

    /// <summary>Where the user works; the home directory is below it.</summary>
    public TemporaryFolder User { get; } = new();

    /// <summary>What a global tool is started by.</summary>
    public string Global => User["home/.dotnet/tools/greet"];

    private string Feed => Solution.Folder["tools"];

    private (string Name, string Value)[] Environment => [("DAEMONRPC_DIR", User["run"]), ("DOTNET_CLI_HOME", User["home"]), ("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1")];

    public void Dispose()
    {
        EndDaemons();
        Solution.Dispose();
        User.Dispose();
    }

    /// <summary>Makes the sources those of another version.</summary>
    public void Write(string version) => _tool.Write("Release.cs", $$"""internal static class Release { public const string Version = "{{version}}"; }""");

    /// <summary>Packs a version into the feed.</summary>
    public void Pack(string version, params string[] arguments)
    {
        Write(version);
        DotNet.Run(Solution.Folder.Path, ["pack", "Greet", "-o", Feed, $"-p:Version={version}", .. arguments]).Succeeded();
    }

    /// <summary>Publishes the tool to a folder.</summary>
    public void Publish(string folder, params string[] arguments) =>
        DotNet.Run(Solution.Folder.Path, ["publish", "Greet", "--use-current-runtime", "-o", folder, .. arguments]).Succeeded();

    /// <summary>Runs the dotnet command as the user.</summary>
    public CommandRun DotNetOfUser(string folder, params string[] arguments) => DotNet.Run(Directory.CreateDirectory(folder).FullName, arguments, Environment);

    /// <summary>Runs any program as the user, from another folder.</summary>
    public CommandRun Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        CommandRun run = new($"{program} {string.Join(' ', arguments)}", process.ExitCode, output);
        TestContext.Current.TestOutputHelper?.WriteLine(run.ToString());
        return run;
    }

    public Greeted Greet(string program, params string[] arguments) => Greeted.Read(Run(program, arguments));

    /// <summary>Ends whatever process was given this user's runtime directory.</summary>
    private void EndDaemons()
    {
        foreach (Process process in Process.GetProcesses().Where(IsOurs))
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private bool IsOurs(Process process)
    {
        try
        {
            return process.Id != System.Environment.ProcessId
                && File.ReadAllText($"/proc/{process.Id}/environ").Contains($"DAEMONRPC_DIR={User["run"]}\0", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is another user's.
            return false;
        }
    }
}
