using System.Diagnostics;

namespace DaemonRpc.Packed;

/// <summary>The compiler's own build server, for the builds of one test process alone: a compiler that starts anew takes longer than most of what is compiled.</summary>
internal static class SharedCompiler
{
    // Names the server's pipe. Nobody else's builds use it, and ours use nobody else's.
    private static readonly string s_id = $"daemonrpc-{Guid.NewGuid():N}";

    static SharedCompiler() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => End();

    /// <summary>Lets a build use the server, which the first one starts.</summary>
    public static void Offer(IDictionary<string, string?> environment)
    {
        environment["UseSharedCompilation"] = "true";
        environment["SharedCompilationId"] = s_id;
    }

    // It would end by itself ten minutes after the last build.
    private static void End()
    {
        if (!OperatingSystem.IsLinux())
        {
            using Process end = Process.Start("pkill", ["-f", $"pipename:{s_id}"]);
            end.WaitForExit();
            return;
        }

        foreach (Process server in Process.GetProcesses().Where(IsOurs))
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    private static bool IsOurs(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline").Contains($"pipename:{s_id}", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return false;
        }
    }
}
