using System.Collections;
using DaemonRpc.Tasks;

namespace DaemonRpc.Lifecycle;

/// <summary>The environment a daemon is started with: what programs and .NET need, and nothing that is one client's own.</summary>
internal static class DaemonEnvironment
{
    private static readonly string[] s_kept = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SSL_CERT_DIR", "SSL_CERT_FILE"];
    private static readonly string[] s_keptPrefixes = ["LC_", "DOTNET_", "COMPlus_", "XDG_", "DAEMONRPC_"];

    // A runtime that is killed leaves its diagnostics pipes behind in the temporary directory; so a daemon has none,
    // unless the user's own environment says otherwise.
    private const string Diagnostics = "DOTNET_EnableDiagnostics";

    // A runtime that compiles as it runs has a thread that compiles what is called often. It ends it after four quiet seconds, and when
    // it wants it again and the system gives none, whatever method is just being called throws. So a daemon keeps it.
    private const string Tiering = "DOTNET_TC_BackgroundWorkerTimeoutMs";
    private const string Never = "FFFFFFFF";

    /// <summary>For a program that takes over in place: all that this one has, which a wrapper may have set for it.</summary>
    public static Dictionary<string, string> CreateInPlace(string launchMarker)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        _ = environment.Remove(Lineage.Variable);
        environment[LaunchRequest.Marker] = launchMarker;
        return environment;
    }

    /// <summary>For a daemon's process.</summary>
    public static Dictionary<string, string> Create(string launchMarker)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { [Diagnostics] = "0", [Tiering] = Never };
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            string name = (string)entry.Key;
            if (IsKept(name))
            {
                environment[name] = (string?)entry.Value ?? "";
            }
        }

        // A daemon outlives whoever starts it, and is not part of the task that it was perhaps started from.
        _ = environment.Remove(Lineage.Variable);
        environment[LaunchRequest.Marker] = launchMarker;
        return environment;
    }

    private static bool IsKept(string name) =>
        Array.IndexOf(s_kept, name) >= 0 || Array.Exists(s_keptPrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
