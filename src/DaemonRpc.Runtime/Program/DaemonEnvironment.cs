using System.Collections;
using DaemonRpc.Tasks;

namespace DaemonRpc.Program;

/// <summary>Builds the environment of a daemon's process: what programs and .NET need, and nothing that is specific to one client.</summary>
internal static class DaemonEnvironment
{
    private static readonly string[] s_kept = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SSL_CERT_DIR", "SSL_CERT_FILE"];
    private static readonly string[] s_keptPrefixes = ["LC_", "DOTNET_", "COMPlus_", "XDG_", "DAEMONRPC_"];

    // DaemonRpc sets DOTNET_EnableDiagnostics=0 unless the user sets it; otherwise a killed daemon leaves diagnostic pipes in the temporary folder.
    private const string Diagnostics = "DOTNET_EnableDiagnostics";

    // .NET's background compilation thread ends after four quiet seconds. If the system later gives no thread to
    // restart it, whatever method is being called throws. So a daemon keeps that thread forever.
    private const string Tiering = "DOTNET_TC_BackgroundWorkerTimeoutMs";
    private const string Never = "FFFFFFFF";

    // With this optimisation .NET 10's compiled code loses objects in finally blocks that an exception has led to, which ends
    // the process in a later collection (docs/upstream/nativeaot-finally.md).
    private const string WriteThru = "DOTNET_EnableEHWriteThru";

    /// <summary>The variable that tells a process which daemon to be. Removed from the environment as soon as it was read.</summary>
    public const string LaunchVariable = "DAEMONRPC_LAUNCH";

    private static Dictionary<string, string?>? s_own;

    /// <summary>In a daemon: the environment it was started with, including what a wrapper set, but without later changes by a handler.</summary>
    public static IReadOnlyDictionary<string, string?> Own => s_own ?? All();

    /// <summary>In a daemon, before its handler is created: remembers the environment it was started with.</summary>
    public static void Remember() => s_own ??= All();

    /// <summary>Builds the environment of a program that takes over in place: everything that this one was started with.</summary>
    public static Dictionary<string, string> CreateInPlace(string launchMarker)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(environment, Own);
        return Finish(environment, launchMarker);
    }

    /// <summary>Builds the environment of a new daemon's process.</summary>
    /// <param name="launchMarker">The marker that tells the process which daemon to be.</param>
    /// <param name="more">The client's launch variables; a null value removes a variable.</param>
    public static Dictionary<string, string> Create(string launchMarker, IReadOnlyDictionary<string, string?> more)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { [Diagnostics] = "0", [Tiering] = Never, [WriteThru] = "0" };
        Add(environment, All().Where(static variable => IsKept(variable.Key)));
        Add(environment, more);
        return Finish(environment, launchMarker);
    }

    /// <summary>Returns a short key for use in file names: equal for equal environments, different for different ones, empty for an empty one.</summary>
    public static string KeyOf(IReadOnlyDictionary<string, string?> environment) => environment.Count == 0
        ? ""
        : NameHash.Of(string.Concat(environment.OrderBy(static variable => variable.Key, StringComparer.Ordinal)
            .Select(static variable => variable.Value is null ? $"{variable.Key}\0" : $"{variable.Key}={variable.Value}\0")));

    private static void Add(Dictionary<string, string> environment, IEnumerable<KeyValuePair<string, string?>> more)
    {
        foreach ((string name, string? value) in more)
        {
            if (value is null)
            {
                _ = environment.Remove(name);
            }
            else
            {
                environment[name] = value;
            }
        }
    }

    private static Dictionary<string, string> Finish(Dictionary<string, string> environment, string launchMarker)
    {
        // A daemon outlives its starter, and is not part of the task from which it may have been started.
        _ = environment.Remove(Ancestry.Variable);
        environment[LaunchVariable] = launchMarker;
        return environment;
    }

    private static Dictionary<string, string?> All()
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            all[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return all;
    }

    private static bool IsKept(string name) =>
        Array.IndexOf(s_kept, name) >= 0 || Array.Exists(s_keptPrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
