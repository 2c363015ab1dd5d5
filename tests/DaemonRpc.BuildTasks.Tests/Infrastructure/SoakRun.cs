using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.BuildTasks.Tests.Infrastructure;

/// <summary>Runs a program as fresh processes, several at once, so that they get in each other's way; and tells of each that fails or hangs.</summary>
internal sealed class SoakRun(string program, string runtimeDirectory)
{
    private static readonly TimeSpan s_watchdog = TimeSpan.FromSeconds(10);

    // More than processors, so that threads are put aside in the middle of what they do.
    private static readonly int s_atOnce = 2 * Environment.ProcessorCount;

    private readonly ConcurrentQueue<string> _complaints = [];

    public IReadOnlyCollection<string> Complaints => _complaints;

    public async Task RunAsync(string command, int runs)
    {
        long begun = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, runs, new ParallelOptions { MaxDegreeOfParallelism = s_atOnce }, async (run, _) => await RunOnceAsync(command, run));
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{command}: {runs} runs in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s, {_complaints.Count} complaints so far"));
    }

    private async Task RunOnceAsync(string command, int run)
    {
        var start = new ProcessStartInfo(program, [command]) { Environment = { ["DAEMONRPC_DIR"] = runtimeDirectory } };
        using Process process = Process.Start(start)!;
        using var watchdog = new CancellationTokenSource(s_watchdog);
        try
        {
            await process.WaitForExitAsync(watchdog.Token);
        }
        catch (OperationCanceledException)
        {
            _complaints.Enqueue($"{command}, run {run}: hangs.\n{await StacksAsync(process.Id)}");
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            return;
        }

        if (process.ExitCode != 0)
        {
            _complaints.Enqueue($"{command}, run {run}: exit code {process.ExitCode}.");
        }
    }

    /// <summary>Where its threads are, if there is a debugger.</summary>
    private static async Task<string> StacksAsync(int processId)
    {
        try
        {
            var start = new ProcessStartInfo(
                "gdb", ["-p", processId.ToString(CultureInfo.InvariantCulture), "-batch", "-ex", "thread apply all backtrace 40"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process debugger = Process.Start(start)!;
            Task<string> errors = debugger.StandardError.ReadToEndAsync();
            string stacks = await debugger.StandardOutput.ReadToEndAsync();
            await debugger.WaitForExitAsync();
            return stacks + await errors;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return $"There is no gdb to see where: {exception.Message}";
        }
    }
}
