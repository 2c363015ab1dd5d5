using System.Diagnostics;
using System.Reflection;

namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>The programs, published as they are to be measured.</summary>
internal sealed class Publications
{
    private readonly Dictionary<(string Project, PublishMode Mode), string> _programs = [];
    private readonly List<string> _skipped = [];

    /// <summary>Where the projects are.</summary>
    public static string SourceFolder =>
        typeof(Publications).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "BenchmarkFolder").Value!;

    /// <summary>What could not be published here, and why.</summary>
    public IReadOnlyList<string> Skipped => _skipped;

    /// <summary>Publishes, one program after another: their projects share folders.</summary>
    public static Publications Make(Workspace workspace, IEnumerable<(string Project, PublishMode Mode)> wanted)
    {
        var publications = new Publications();
        foreach ((string project, PublishMode mode) in wanted.Distinct().OrderBy(program => program.Mode).ThenBy(program => program.Project, StringComparer.Ordinal))
        {
            Console.Error.WriteLine($"Publishing {project} for {mode} ...");
            string folder = Path.Combine(workspace.NewFolder(mode.ToString()), project);
            string? problem = mode == PublishMode.Aot && !HasCompiler()
                ? "no C compiler (clang or gcc) is on the PATH to link with."
                : Publish(workspace, project, mode, folder);
            if (problem is null)
            {
                publications._programs[(project, mode)] = Path.Combine(folder, project);
            }
            else
            {
                publications._skipped.Add($"Without {project} for {mode}: {problem}");
            }
        }

        return publications._programs.Count > 0 ? publications : throw new BenchmarkException(string.Join('\n', publications.Skipped));
    }

    public bool Has(string project, PublishMode mode) => _programs.ContainsKey((project, mode));

    public string Program(string project, PublishMode mode) => _programs[(project, mode)];

    private static bool HasCompiler() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc")));

    /// <summary>Null, or what went wrong.</summary>
    private static string? Publish(Workspace workspace, string project, PublishMode mode, string folder)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList =
            {
                "publish", Path.Combine(SourceFolder, project), "-c", "Release", $"-p:BenchmarkMode={mode}", "-o", folder,
                "--nologo", "-v", "quiet",
                // No server processes that outlive us.
                "-nodeReuse:false", "-p:UseSharedCompilation=false",
            },
            RedirectStandardOutput = true,
            // So that what it starts, and what it forgets to delete, is found.
            Environment = { [MarkedProcesses.Variable] = folder, ["TMPDIR"] = workspace.NewFolder("tmp") },
        };
        using Process process = workspace.Start(() => Process.Start(start)!);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? null
            : output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))?.Trim() ?? $"exit code {process.ExitCode}.";
    }
}
