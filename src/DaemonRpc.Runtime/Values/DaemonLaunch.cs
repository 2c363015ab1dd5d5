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

    /// <summary>
    /// Starts the daemon's program that the project of the client's program references, with <see cref="Beside"/>. If the project references none, or
    /// several, starts the client's own program once more. The default.
    /// </summary>
    public static DaemonLaunch Default { get; } = new(DaemonLaunchKind.Default, null, []);

    /// <summary>Starts the client's own program once more.</summary>
    public static DaemonLaunch Self { get; } = new(DaemonLaunchKind.Self, null, []);

    /// <summary>Starts nothing. Without a running daemon, calls fail with <see cref="DaemonStartException"/>.</summary>
    public static DaemonLaunch None { get; } = new(DaemonLaunchKind.None, null, []);

    internal DaemonLaunchKind Kind { get; }

    internal string? Path { get; }

    internal IReadOnlyList<string> Arguments { get; }

    /// <summary>What to do if the program does not exist; null if there is no advice.</summary>
    internal string? Advice { get; private init; }

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

    /// <summary>
    /// Starts another program from the folder <c>daemons</c> beside the running program, where builds and publishes put a daemon whose project the
    /// client's project references with <c>OutputItemType="DaemonRpcDaemon"</c>.
    /// </summary>
    /// <param name="name">The assembly name of the daemon's program: <c>wordsd</c> for <c>daemons/wordsd/wordsd</c> in <see cref="AppContext.BaseDirectory"/>.</param>
    /// <param name="args">The program's arguments.</param>
    /// <remarks>The folder is that of the program itself, even if the program is started through a symbolic link, as tools are.</remarks>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or a path.</exception>
    public static DaemonLaunch Beside(string name, params IEnumerable<string> args)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(args);
        if (name is "." or ".." || name.Contains(System.IO.Path.DirectorySeparatorChar))
        {
            throw new ArgumentException($"'{name}' is a path, not the assembly name of a program. Use DaemonLaunch.Executable for paths.", nameof(name));
        }

        return new DaemonLaunch(DaemonLaunchKind.Executable, System.IO.Path.Combine(AppContext.BaseDirectory, "daemons", name, name), [.. args])
        {
            Advice = $"""
                Building or publishing this program puts it there if this program's project references the daemon's project with OutputItemType="DaemonRpcDaemon". Do that, and ship the folder 'daemons' beside this program.
                """,
        };
    }
}

internal enum DaemonLaunchKind
{
    Default,
    Self,
    Executable,
    None,
}
