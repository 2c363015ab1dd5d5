using System.Diagnostics;
using System.IO.Compression;

namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>A stranger who tests a tool with the packed DaemonRpc.Testing: the contract in a library, the tool, and tests in a framework of the stranger's choice.</summary>
public sealed class TestedToolTests(PackedPackage package) : IDisposable
{
    private const string Properties = "<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><TreatWarningsAsErrors>true</TreatWarningsAsErrors>";

    private readonly TestSolution _solution = new(package);

    public void Dispose() => _solution.Dispose();

    [Fact]
    public void Strangers_tests_pass_and_find_a_tool_that_does_the_wrong_thing()
    {
        TestProject contract = _solution.AddLibrary("Contract", _solution.PackageReference, Properties);
        contract.Write("Library.cs", TestedTool.Contract);
        TestProject app = _solution.AddExecutable("App", contract.Reference, Properties);
        app.Write("Program.cs", TestedTool.Program);
        app.Write("FormatTool.cs", TestedTool.Tool);
        app.Write("Formatter.cs", TestedTool.Handler);
        TestProject tests = _solution.AddExecutable("Tests", app.Reference + _solution.TestReferences, Properties + "<NoWarn>$(NoWarn);xUnit1051</NoWarn>");
        tests.Write("Program.cs", TestedTool.Tests);
        tests.Build();

        CommandRun run = Run();
        run.Succeeded();
        Assert.Contains("Total: 8, Errors: 0, Failed: 0", run.Output, StringComparison.Ordinal);

        // A tool that says that the call did not run when it may have.
        app.Edit("FormatTool.cs", "failure.MayHaveRun ? 3 : 4", "failure.MayHaveRun ? 4 : 3");
        tests.Build("--no-restore");
        Assert.Contains("Failed: 1", Run().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Package_wants_exactly_the_runtime_that_it_was_built_with()
    {
        _ = _solution.TestReferences;
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(Path.GetDirectoryName(package.Path)!, $"DaemonRpc.Testing.{package.Version}.nupkg"));
        using var reader = new StreamReader(archive.GetEntry("DaemonRpc.Testing.nuspec")!.Open());

        Assert.Contains($"""<dependency id="DaemonRpc" version="[{package.Version}]""", reader.ReadToEnd(), StringComparison.Ordinal);
    }

    private CommandRun Run()
    {
        var start = new ProcessStartInfo(_solution.Folder["Tests/bin/Debug/net10.0/Tests"], ["-noColor"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        CommandRun run = new("Tests", process.ExitCode, output);
        TestContext.Current.TestOutputHelper?.WriteLine(run.ToString());
        return run;
    }
}
