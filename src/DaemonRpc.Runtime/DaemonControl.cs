namespace DaemonRpc;

/// <summary>Finds the user's running daemons. Never starts one.</summary>
public static class DaemonControl
{
    /// <summary>x</summary>
    public static Task<IReadOnlyList<DaemonHandle>> ListAsync(string? runtimeDirectory = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    /// <summary>x</summary>
    public static Task<DaemonHandle?> FindAsync(string id, string? instance = null, string? runtimeDirectory = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
