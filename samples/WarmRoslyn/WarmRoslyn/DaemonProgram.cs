using System.Diagnostics;

namespace WarmRoslyn;

/// <summary>The program beside this one that knows the compiler, run as an ordinary command.</summary>
internal static class DaemonProgram
{
    private const string Name = "WarmRoslyn.Daemon";

    public static async Task<int> RunAsync(string[] args)
    {
        // A Ctrl-C in the terminal reaches both; that one ends first and says how.
        Console.CancelKeyPress += static (_, press) => press.Cancel = true;
        using Process process = Process.Start(Path.Combine(AppContext.BaseDirectory, "daemons", Name, Name), args);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
