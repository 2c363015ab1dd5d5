using System.Diagnostics;

namespace DaemonRpc.Mutations;

/// <summary>A built test program, in which the runtime can be exchanged.</summary>
internal sealed class Suite : IDisposable
{
    private const string RuntimeFile = "DaemonRpc.Runtime.dll";

    private readonly string _program;
    private readonly string _folder;
    private readonly string[] _runtimes;
    private readonly bool _endsByItself;
    private readonly Action _end;
    private readonly Dictionary<string, TimeSpan> _limits = [];

    private Suite(string program, string folder, string[] runtimes, bool endsByItself, Action end) =>
        (_program, _folder, _runtimes, _endsByItself, _end) = (program, folder, runtimes, endsByItself, end);

    /// <summary>Creates a copy of the runtime's own tests.</summary>
    public static Suite OfRuntime(string repository)
    {
        const string Program = "DaemonRpc.Runtime.Tests";
        string folder = Directory.CreateTempSubdirectory("mutations-").FullName;
        string built = BuiltFolder(repository, Program);
        foreach (string file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(built, file));
            _ = Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return new Suite(Program, folder, [Path.Combine(folder, RuntimeFile)], endsByItself: false, () => Directory.Delete(folder, recursive: true));
    }

    /// <summary>Takes the tests with processes as they were built, because they name their daemon's program by its path. They are restored at the end.</summary>
    public static Suite OfProcesses(string repository)
    {
        const string Program = "DaemonRpc.Process.Tests";
        string folder = BuiltFolder(repository, Program);
        string daemons = Path.Combine(repository, "tests", "DaemonRpc.TestDaemon", "bin");
        string[] runtimes = [Path.Combine(folder, RuntimeFile), .. Directory.GetFiles(daemons, RuntimeFile, SearchOption.AllDirectories)];
        byte[][] originals = [.. runtimes.Select(File.ReadAllBytes)];

        // A test that fails may have daemons to end.
        return new Suite(Program, folder, runtimes, endsByItself: true, () =>
        {
            for (int index = 0; index < runtimes.Length; index++)
            {
                File.WriteAllBytes(runtimes[index], originals[index]);
            }
        });
    }

    /// <summary>Lets the tests run with this runtime from now on.</summary>
    /// <param name="file">The assembly.</param>
    public void Use(string file) => Array.ForEach(_runtimes, runtime => File.Copy(file, runtime, overwrite: true));

    /// <summary>Runs tests of the runtime as it is: they must pass, and say how long they may take. False when there are none.</summary>
    public bool TryMeasure(string folder)
    {
        if (_limits.TryGetValue(folder, out TimeSpan known))
        {
            return known > TimeSpan.Zero;
        }

        long start = Stopwatch.GetTimestamp();
        string? failure = Run(folder, Timeout.InfiniteTimeSpan, out bool ran);
        if (failure is not null)
        {
            throw new InvalidOperationException($"Without any mutation: {failure}");
        }

        _limits[folder] = ran ? (3 * Stopwatch.GetElapsedTime(start)) + TimeSpan.FromSeconds(10) : TimeSpan.Zero;
        return ran;
    }

    /// <summary>Runs the tests of a folder, or all of them if that is empty, until the first fails.</summary>
    /// <returns>What failed, or null if nothing did.</returns>
    public string? FirstFailure(string folder) => Run(folder, _limits[folder], out _);

    public void Dispose() => _end();

    private static string BuiltFolder(string repository, string program) => Path.Combine(repository, "tests", program, "bin", "Debug", "net10.0");

    private string? Run(string folder, TimeSpan limit, out bool ran)
    {
        List<string> arguments = ["-noColor", "-noLogo", "-stopOnFail"];
        if (folder.Length > 0)
        {
            arguments.AddRange(["-namespace", $"{_program}.{folder}*"]);
        }

        var start = new ProcessStartInfo(Path.Combine(_folder, _program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        string? failure = null;
        bool isThereAny = false;
        using var process = new Process { StartInfo = start };
        process.ErrorDataReceived += static (_, _) => { };
        process.OutputDataReceived += (_, line) =>
        {
            isThereAny |= line.Data?.Contains("Total: ", StringComparison.Ordinal) == true && !line.Data.Contains("Total: 0", StringComparison.Ordinal);
            if (line.Data?.TrimEnd() is { } text && text.EndsWith("[FAIL]", StringComparison.Ordinal)
                && Interlocked.CompareExchange(ref failure, text.Trim(), null) is null && !_endsByItself)
            {
                process.Kill(entireProcessTree: true);
            }
        };
        _ = process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool ended = process.WaitForExit(limit);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        ran = isThereAny;
        return failure ?? (!ended ? "hangs" : process.ExitCode != 0 ? $"ends with code {process.ExitCode}" : null);
    }
}
