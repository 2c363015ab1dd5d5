namespace DaemonRpc.Platform;

/// <summary>Writes to standard error what nobody else can be told.</summary>
internal static class StandardError
{
    /// <summary>Writes a line if possible. A daemon's standard error is its log file, whose disk may be full.</summary>
    public static void WriteLine(string text)
    {
        try
        {
            Console.Error.WriteLine(text);
        }
#pragma warning disable CA1031 // The writer may be one of the user's, that throws what it likes; and there is no other place to say it.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
