using System.Diagnostics;

namespace WarmRoslyn.Tests.Infrastructure;

/// <summary>Runs programs to their end.</summary>
internal static class Shell
{
    /// <summary>More than a loaded machine needs for anything here.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task<ShellResult> RunAsync(string folder, string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        using Process process = Start(folder, program, arguments, environment);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit);
            return new ShellResult(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public static Process Start(string folder, string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment.Append(("MSBUILDDISABLENODEREUSE", "1")))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs the SDK, and fails with all that it said if it fails.</summary>
    public static async Task<string> DotnetAsync(string folder, params string[] arguments)
    {
        ShellResult result = await RunAsync(folder, "dotnet", arguments);
        Assert.True(result.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {result.Output}{result.Errors}");
        return result.Output;
    }
}

/// <summary>What a program left behind.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Errors)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
