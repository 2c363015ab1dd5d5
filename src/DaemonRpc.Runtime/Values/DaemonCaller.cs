namespace DaemonRpc;

/// <summary>The client whose task is running. Its properties describe the client at the time it connected.</summary>
public sealed class DaemonCaller
{
    /// <summary>The client's process id, as reported by the kernel.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The client's user id, as reported by the kernel.</summary>
    public required int UserId { get; init; }

    /// <summary>The client's working directory; empty if it had been deleted. The daemon's own working directory never changes.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>
    /// The environment variables that the client forwarded: a short fixed list and those named in <see cref="DaemonClientOptions.ForwardEnvironment"/>.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The name of the client's culture, such as <c>en-GB</c>; empty for the invariant culture.</summary>
    public required string CultureName { get; init; }
}
