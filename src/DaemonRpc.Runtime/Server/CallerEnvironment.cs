namespace DaemonRpc.Server;

/// <summary>Selects the client's environment variables that its handler may see: an allow-list, so that secrets do not travel by default.</summary>
internal static class CallerEnvironment
{
    private static readonly string[] s_always = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TERM", "NO_COLOR"];

    public static Dictionary<string, string> Capture(IReadOnlyCollection<string> more)
    {
        var captured = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in s_always.Concat(more))
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                captured[name] = value;
            }
        }

        return captured;
    }
}
