namespace DaemonRpc.Platform;

/// <summary>Whether a user's number means one user.</summary>
/// <remarks>
/// In a user namespace (a rootless container, a sandbox) everybody outside who has no number in it is shown with one and the
/// same, that of "nobody". Outside of such a namespace, and in most containers, nobody is a user like others.
/// </remarks>
internal static class UserNamespace
{
    private const int Nobody = 65534;

    private static readonly Lazy<bool> s_hidesUsers = new(static () => OperatingSystem.IsLinux() && !MapsEverybody());

    /// <summary>Whether the number may stand for any of several users.</summary>
    public static bool IsAmbiguous(int userId) => userId == Nobody && s_hidesUsers.Value;

    private static bool MapsEverybody()
    {
        try
        {
            // First number inside, first number outside, how many. A namespace of its own never has them all.
            string[] map = File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return map is ["0", "0", "4294967295"];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not known: the stricter answer.
            return false;
        }
    }
}
