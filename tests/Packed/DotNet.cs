using System.Diagnostics;

namespace DaemonRpc.Packed;

/// <summary>Runs the dotnet command in a folder, leaving no process behind.</summary>
internal static class DotNet
{
    /// <summary>What a test run or a developer's shell may hold and a build would listen to.</summary>
    private static readonly string[] s_foreignVariables =
        ["SOURCE_DATE_EPOCH", "MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "DaemonRpcBuildTimestamp", "DaemonRpcEnabled"];

    public static CommandRun Run(string folder, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment) =>
        Run(Command(folder, "dotnet", arguments, environment));

    /// <summary>Runs the dotnet command in a folder that nobody may write to. Takes the superuser.</summary>
    public static CommandRun RunReadOnly(string folder, IReadOnlyList<string> arguments)
    {
        const string Script = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && cd \"$0\" && exec dotnet \"$@\"";
        return Run(Command(folder, "unshare", ["--mount", "sh", "-c", Script, folder, .. arguments], []));
    }

    /// <summary>Whether this process may mount what only its own children see, as <see cref="RunReadOnly"/> does.</summary>
    public static bool CanMount()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "true"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Says how to start a command in a folder, as a build of a stranger's that knows nothing of this test.</summary>
    public static ProcessStartInfo Command(string folder, string program, IReadOnlyList<string> arguments, (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in s_foreignVariables)
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        SharedCompiler.Offer(start.Environment);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static CommandRun Run(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();

        CommandRun run = new($"{start.FileName} {string.Join(' ', start.ArgumentList)}", process.ExitCode, output);
        TestContext.Current.TestOutputHelper?.WriteLine(run.ToString());
        return run;
    }
}
