namespace DaemonRpc.Platform;

/// <summary>Tells whether a user id identifies one user.</summary>
/// <remarks>
/// A user namespace (a rootless container, a sandbox) shows all outside users that it does not map as one user,
/// "nobody". Elsewhere, and in most containers, nobody is an ordinary user.
/// </remarks>
internal static class UserNamespace
{
    private const int Nobody = 65534;

    private static readonly Lazy<bool> s_hidesUsers = new(static () => OperatingSystem.IsLinux() && !MapsEverybody());

    /// <summary>Returns whether the user id may stand for any of several users.</summary>
    public static bool IsAmbiguous(int userId) => userId == Nobody && s_hidesUsers.Value;

    private static bool MapsEverybody()
    {
        try
        {
            // First number inside, first number outside, count. A separate namespace never maps all of them.
            string[] map = File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return map is ["0", "0", "4294967295"];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Unknown: assume the stricter answer.
            return false;
        }
    }
}
