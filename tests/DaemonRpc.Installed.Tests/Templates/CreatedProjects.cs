using System.Diagnostics;

namespace DaemonRpc.Installed.Tests.Templates;

/// <summary>Projects that a stranger has created from the packed templates, installed for this test alone. Warnings are errors.</summary>
internal sealed class CreatedProjects : IDisposable
{
    private readonly TestSolution _solution;
    private readonly string _package;

    public CreatedProjects(PackedPackage package)
    {
        _solution = new TestSolution(package);
        _solution.Folder.Write("Directory.Build.props", "<Project><PropertyGroup><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup></Project>");
        _ = _solution.TestReferences;
        package.PackBeside("DaemonRpc.Templates");
        _package = Path.Combine(package.Feed, $"DaemonRpc.Templates.{package.Version}.nupkg");
    }

    public string this[string path] => _solution.Folder[path];

    /// <summary>Installs the packed package instead of the one that a feed would have.</summary>
    public void Install() => _ = DotNet("new", "install", _package).Succeeded();

    public CommandRun DotNet(params string[] arguments) => DotNetIn(".", arguments);

    public CommandRun DotNetIn(string folder, params string[] arguments) => Packed.DotNet.Run(
        this[folder],
        arguments is ["new", ..] ? [.. arguments, "--debug:custom-hive", this["hive"]] : arguments,
        ("DAEMONRPC_DIR", this["run"]));

    public CommandRun Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(this[program], arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DAEMONRPC_DIR"] = this["run"] },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return new CommandRun($"{program} {string.Join(' ', arguments)}", process.ExitCode, output);
    }

    public void EndDaemons(string name)
    {
        foreach (Process daemon in Process.GetProcessesByName(name).Where(process => process.MainModule?.FileName.StartsWith(_solution.Folder.Path, StringComparison.Ordinal) == true))
        {
            daemon.Kill();
            daemon.WaitForExit();
        }
    }

    public void Dispose() => _solution.Dispose();
}
