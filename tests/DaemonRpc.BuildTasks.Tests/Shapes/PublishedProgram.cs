using System.Diagnostics;

namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>An executable <c>App</c>, daemon and client in one, with a runtime folder of its own. Its daemons end when it is disposed.</summary>
internal sealed class PublishedProgram(PackedPackage package) : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    public TestSolution Solution { get; } = new(package);

    private string Executable => Solution.Folder["out/App"];

    public void Dispose()
    {
        foreach (Process daemon in Process.GetProcessesByName("App").Where(IsOurs))
        {
            daemon.Kill();
            daemon.WaitForExit();
        }

        Solution.Dispose();
    }

    /// <summary>Publishes, or skips the test where the compiler for that was not restored with this repository.</summary>
    public void Publish(PublishMode mode)
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
        DotNet.Run(Solution.Folder.Path, ["publish", "App", "--use-current-runtime", .. properties, "-o", Solution.Folder["out"]]).Succeeded();
    }

    /// <summary>Runs it to its end; after five minutes it is ended.</summary>
    public CommandRun Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DAEMONRPC_DIR"] = Solution.Folder["run"] },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_longest))
        {
            process.Kill();
            process.WaitForExit();
        }

        return new CommandRun($"App {string.Join(' ', arguments)}", process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }

    /// <summary>Saves the sources and the daemons' files, which would be deleted, and says where.</summary>
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

    private static bool IsWorthKeeping(string file) =>
        !file.Contains("/obj/", StringComparison.Ordinal)
        && Path.GetExtension(file) is ".cs" or ".csproj" or ".config" or ".props" or ".targets" or ".log" or ".1" or ".journal" or ".txt";

    private bool IsOurs(Process process)
    {
        try
        {
            return process.MainModule?.FileName == Executable;
        }
        catch (InvalidOperationException)
        {
            // It ended meanwhile.
            return false;
        }
    }
}
