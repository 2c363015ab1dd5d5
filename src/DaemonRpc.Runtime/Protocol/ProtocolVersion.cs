namespace DaemonRpc.Protocol;

/// <summary>The version of everything that is not frozen. Two programs of one build may still have two, as each brings its own runtime.</summary>
internal static class ProtocolVersion
{
    /// <summary>Counts incompatible changes.</summary>
    public const int Current = 1;

    /// <summary>For people: that the two ends differ, and what to do; or nothing where they do not.</summary>
    public static string Differing(int daemon, int client) => daemon == client
        ? ""
        : $" The daemon speaks version {daemon} of DaemonRpc's protocol, the client version {client}: use one version of DaemonRpc for both programs.";
}
