using System.Collections;
using DaemonRpc.Tasks;

namespace DaemonRpc.Program;

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

    /// <summary>The variable that tells a process what it was started to be. It is taken out of the environment as soon as it was read.</summary>
    public const string LaunchVariable = "DAEMONRPC_LAUNCH";

    private static Dictionary<string, string?>? s_own;

    /// <summary>In a daemon's process: what it was started with, whatever a handler has set since. A wrapper may have set some of it.</summary>
    public static IReadOnlyDictionary<string, string?> Own => s_own ?? All();

    /// <summary>In a daemon's process, before its handler is made: remembers what it was started with.</summary>
    public static void Remember() => s_own ??= All();

    /// <summary>For a program that takes over in place: all that this one was started with.</summary>
    public static Dictionary<string, string> CreateInPlace(string launchMarker)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(environment, Own);
        return Finish(environment, launchMarker);
    }

    /// <summary>For a daemon's process.</summary>
    /// <param name="launchMarker">Tells it what it is to be.</param>
    /// <param name="more">What its client gives it; null takes a variable away.</param>
    public static Dictionary<string, string> Create(string launchMarker, IReadOnlyDictionary<string, string?> more)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { [Diagnostics] = "0", [Tiering] = Never };
        Add(environment, All().Where(static variable => IsKept(variable.Key)));
        Add(environment, more);
        return Finish(environment, launchMarker);
    }

    /// <summary>For names of files: differs between environments, is the same for the same, and is empty for none.</summary>
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
        // A daemon outlives whoever starts it, and is not part of the task that it was perhaps started from.
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
