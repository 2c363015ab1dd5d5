namespace DaemonRpc.Protocol;

/// <summary>The version of all messages that are not frozen. Two programs of one build may differ in it, because each brings its own runtime.</summary>
internal static class ProtocolVersion
{
    /// <summary>The current version; incremented at each incompatible change.</summary>
    public const int Current = 1;

    /// <summary>Returns a sentence that says how the two ends differ and what to do, or an empty text if they do not.</summary>
    public static string Differing(int daemon, int client) => daemon == client
        ? ""
        : $" The daemon speaks version {daemon} of DaemonRpc's protocol, the client version {client}: use one version of DaemonRpc for both programs.";
}
