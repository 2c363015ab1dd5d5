using System.Diagnostics;
using System.Reflection;

namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>The programs, published as they are to be measured.</summary>
internal sealed class Publications
{
    private static readonly string[] s_projects = ["DaemonRpc.Benchmarks.Bare", "DaemonRpc.Benchmarks.Tool"];

    private readonly Dictionary<PublishMode, string> _folders = [];
    private readonly List<string> _skipped = [];

    /// <summary>What could not be published here, and why.</summary>
    public IReadOnlyList<string> Skipped => _skipped;

    /// <summary>Publishes, one program after another: their projects share folders.</summary>
    public static Publications Make(Workspace workspace, IReadOnlyCollection<PublishMode> modes)
    {
        var publications = new Publications();
        foreach (PublishMode mode in modes.Order())
        {
            Console.Error.WriteLine($"Publishing for {mode} ...");
            string folder = workspace.NewFolder(mode.ToString());
            string? problem = mode == PublishMode.Aot && !HasCompiler() ? "no C compiler (clang or gcc) is on the PATH to link with." : null;
            foreach (string project in s_projects)
            {
                problem ??= Publish(workspace, project, mode, folder);
            }

            if (problem is null)
            {
                publications._folders[mode] = folder;
            }
            else if (mode == PublishMode.Jit)
            {
                throw new BenchmarkException($"The programs cannot be built: {problem}");
            }
            else
            {
                publications._skipped.Add($"Without {mode}: {problem}");
            }
        }

        return publications;
    }

    public bool Has(PublishMode mode) => _folders.ContainsKey(mode);

    public string Program(Contender contender) => Path.Combine(_folders[contender.Mode], contender.Project, contender.Project);

    private static bool HasCompiler() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc")));

    /// <summary>Null, or what went wrong.</summary>
    private static string? Publish(Workspace workspace, string project, PublishMode mode, string folder)
    {
        string source = typeof(Publications).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "BenchmarkFolder").Value!;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList =
            {
                "publish", Path.Combine(source, project), "-c", "Release", $"-p:BenchmarkMode={mode}", "-o", Path.Combine(folder, project),
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
