using System.Diagnostics;

namespace DaemonRpc.Packed;

/// <summary>An executable <c>App</c>, daemon and client in one, which starts afresh in every run.</summary>
internal sealed class PublishedProgram(PackedPackage package) : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    private int _runs;

    public TestSolution Solution { get; } = new(package);

    public void Dispose() => Solution.Dispose();

    /// <summary>Publishes, or skips the test where the compiler for that was not restored with this repository.</summary>
    public void Publish(PublishMode mode, string project = "App")
    {
        string[] properties = mode switch
        {
            PublishMode.Native => ["-p:PublishAot=true"],
            PublishMode.Trimmed => ["-p:PublishTrimmed=true", "--self-contained"],
            _ => ["--no-self-contained"],
        };
        Assert.SkipUnless(
            mode != PublishMode.Native || Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.dotnet.ilcompiler")),
            "The Native AOT compiler is not among this repository's restored packages.");
        Assert.SkipUnless(
            mode != PublishMode.Trimmed || (PackedPackage.HasRuntimeOf(PackedPackage.Platform) && Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.net.illink.tasks"))),
            "The runtime of this platform or the trimmer is not among this repository's restored packages.");
        DotNet.Run(Solution.Folder.Path, ["publish", project, "--use-current-runtime", .. properties, "-o", Solution.Folder["out"]]).Succeeded();
    }

    /// <summary>Runs it to its end, with daemons of its own, which are ended then. After ten minutes it is ended itself.</summary>
    public CommandRun Run(params string[] arguments) => RunOther("App", arguments);

    /// <summary>Runs another program that was published, in the same way.</summary>
    public CommandRun RunOther(string program, params string[] arguments)
    {
        CommandRun? only = null;
        RunSeveral(program, run => only = run(arguments));
        return only!;
    }

    /// <summary>Runs a program several times with the same daemons, which are ended afterwards.</summary>
    public void RunSeveral(string program, Action<Func<string[], CommandRun>> act)
    {
        string runtimeDirectory = Solution.Folder[$"run{++_runs}"];
        try
        {
            act(arguments => RunClient(program, arguments, runtimeDirectory));
        }
        finally
        {
            EndDaemons(program);
        }
    }

    /// <summary>Saves the sources, the native program with its symbols, and the daemons' files, all of which would be deleted.</summary>
    /// <returns>Where they are then.</returns>
    public string Keep(string name)
    {
        string kept = Path.Combine(AppContext.BaseDirectory, name);
        foreach (string file in Directory.EnumerateFiles(Solution.Folder.Path, "*", SearchOption.AllDirectories).Where(IsWorthKeeping))
        {
            string copy = Path.Combine(kept, Path.GetRelativePath(Solution.Folder.Path, file));
            _ = Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        return kept;
    }

    private CommandRun RunClient(string program, string[] arguments, string runtimeDirectory)
    {
        var start = new ProcessStartInfo(Executable(program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DAEMONRPC_DIR"] = runtimeDirectory },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_longest))
        {
            process.Kill();
            process.WaitForExit();
        }

        return new CommandRun($"{program} {string.Join(' ', arguments)}", process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }

    private string Executable(string program) => Solution.Folder[$"out/{program}"];

    private static bool IsWorthKeeping(string file) =>
        !file.Contains("/obj/", StringComparison.Ordinal)
        && (Path.GetFileName(file) is "App" or "App.dbg"
            || Path.GetExtension(file) is ".cs" or ".csproj" or ".config" or ".props" or ".targets" or ".log" or ".1" or ".journal" or ".txt");

    private void EndDaemons(string program)
    {
        foreach (Process daemon in Process.GetProcessesByName(program).Where(process => IsOurs(process, program)))
        {
            daemon.Kill();
            daemon.WaitForExit();
        }
    }

    private bool IsOurs(Process process, string program)
    {
        try
        {
            // A program that was published again in between runs from a file that is deleted, and is named so.
            return process.MainModule?.FileName.StartsWith(Executable(program), StringComparison.Ordinal) == true;
        }
        catch (InvalidOperationException)
        {
            // It ended meanwhile.
            return false;
        }
    }
}
