namespace DaemonRpc.Platform;

/// <summary>Writes to standard error what can be reported nowhere else.</summary>
internal static class StandardError
{
    /// <summary>Writes a line if possible. A daemon's standard error is its log file, whose disk may be full.</summary>
    public static void WriteLine(string text)
    {
        try
        {
            Console.Error.WriteLine(text);
        }
#pragma warning disable CA1031 // The writer may be the user's and throw anything; there is no other place to report that.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
