namespace DaemonRpc;

/// <summary>The client whose task runs, as it was when it connected.</summary>
public sealed class DaemonCaller
{
    /// <summary>The client's process, as the kernel named it.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The client's user, as the kernel named it.</summary>
    public required int UserId { get; init; }

    /// <summary>The client's working directory; empty when that had been deleted. The daemon's own never changes.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>
    /// The environment variables that the client forwarded: a short fixed list and
    /// <see cref="DaemonClientOptions.ForwardEnvironment"/>.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The name of the client's culture, such as <c>en-GB</c>; empty for the invariant one.</summary>
    public required string CultureName { get; init; }
}
