using System.Diagnostics;
using System.Text.Json;
using DaemonRpc.Program;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>What a process is to try, and for how long.</summary>
/// <param name="Target">The hostile end.</param>
/// <param name="Seed">Determines all inputs.</param>
/// <param name="Seconds">How long mutations are tried, after the corpus.</param>
/// <param name="CurrentFile">Where the input that is just tried is written.</param>
/// <param name="Keep">The folder to which each input with a new outcome is written; empty for none.</param>
internal sealed record FuzzOrder(string Target, int Seed, int Seconds, string CurrentFile, string Keep)
{
    /// <summary>The inputs that are kept, in the order of their files.</summary>
    public static IEnumerable<FuzzInput> Corpus => Directory.EnumerateFiles(CorpusFolder, "*.txt").Order(StringComparer.Ordinal).Select(static file => FuzzInput.Parse(File.ReadAllText(file)));

    public static string CorpusFolder { get; } = Path.Combine(AppContext.BaseDirectory, "Fuzzing", "Corpus");

    public static FuzzOrder Parse(string text) => JsonSerializer.Deserialize<FuzzOrder>(text)!;

    /// <summary>Has a process of its own do it, and returns its report; that of its death if it did not live to write one.</summary>
    public async Task<string> RunAsync()
    {
        LaunchProgram self = LaunchProgram.This;
        var start = new ProcessStartInfo(self.Path, self.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RUNTIME_TESTS_CHILD"] = "fuzz";
        start.Environment["RUNTIME_TESTS_CHILD_SUBJECT"] = JsonSerializer.Serialize(this);
        using Process process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            TimeSpan limit = TimeSpan.FromSeconds(Seconds) + (6 * Patience.Limit);
            string report = await process.StandardOutput.ReadToEndAsync().WaitAsync(limit);
            await process.WaitForExitAsync().WaitAsync(limit);
            string said = await errors;
            return report.Length > 0
                ? report
                : $"failed\nDAEMONRPC_FUZZ_SEED={Seed}: the process died, with exit code {process.ExitCode}: {said}\nIts last input; a file in Fuzzing/Corpus keeps it:\n{File.ReadAllText(CurrentFile)}";
        }
        finally
        {
            process.Kill();
        }
    }
}
