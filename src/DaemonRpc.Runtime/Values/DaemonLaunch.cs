namespace DaemonRpc;

/// <summary>How a client starts a daemon when none runs. Immutable.</summary>
public sealed class DaemonLaunch
{
    private DaemonLaunch(DaemonLaunchKind kind, string? path, IReadOnlyList<string> arguments)
    {
        Kind = kind;
        Path = path;
        Arguments = arguments;
    }

    /// <summary>Starts the client's own program once more. The default.</summary>
    public static DaemonLaunch Self { get; } = new(DaemonLaunchKind.Self, null, []);

    /// <summary>Starts nothing. Without a running daemon, calls fail with <see cref="DaemonStartException"/>.</summary>
    public static DaemonLaunch None { get; } = new(DaemonLaunchKind.None, null, []);

    internal DaemonLaunchKind Kind { get; }

    internal string? Path { get; }

    internal IReadOnlyList<string> Arguments { get; }

    /// <summary>Starts another program, which must call the contract's <c>RunAsync</c>.</summary>
    /// <param name="path">The executable. A relative path is resolved against this process's working directory, at once.</param>
    /// <param name="args">The program's arguments.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static DaemonLaunch Executable(string path, params IEnumerable<string> args)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(args);
        return new DaemonLaunch(DaemonLaunchKind.Executable, System.IO.Path.GetFullPath(path), [.. args]);
    }
}

internal enum DaemonLaunchKind
{
    Self,
    Executable,
    None,
}
