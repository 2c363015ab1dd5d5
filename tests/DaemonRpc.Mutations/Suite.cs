using System.Diagnostics;

namespace DaemonRpc.Mutations;

/// <summary>A copy of the built test program, in which the runtime can be exchanged.</summary>
internal sealed class Suite : IDisposable
{
    private const string Program = "DaemonRpc.Runtime.Tests";

    private readonly string _folder = Directory.CreateTempSubdirectory("mutations-").FullName;
    private readonly Dictionary<string, TimeSpan> _limits = [];

    public Suite(string repository)
    {
        string built = Path.Combine(repository, "tests", Program, "bin", "Debug", "net10.0");
        foreach (string file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_folder, Path.GetRelativePath(built, file));
            _ = Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Where the runtime is to be put.</summary>
    public string Runtime => Path.Combine(_folder, "DaemonRpc.Runtime.dll");

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

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string? Run(string folder, TimeSpan limit, out bool ran)
    {
        List<string> arguments = ["-noColor", "-noLogo", "-stopOnFail"];
        if (folder.Length > 0)
        {
            arguments.AddRange(["-namespace", $"{Program}.{folder}*"]);
        }

        var start = new ProcessStartInfo(Path.Combine(_folder, Program), arguments)
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
                && Interlocked.CompareExchange(ref failure, text.Trim(), null) is null)
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
