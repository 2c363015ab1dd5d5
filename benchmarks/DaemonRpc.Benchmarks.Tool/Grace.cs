namespace DaemonRpc.Benchmarks.Tool;

/// <summary>How long a cancelled handler has until it is ended by force.</summary>
internal static class Grace
{
    public static readonly TimeSpan Length = TimeSpan.FromMilliseconds(100);
}
