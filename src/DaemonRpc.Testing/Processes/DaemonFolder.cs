namespace DaemonRpc.Testing.Processes;

/// <summary>A folder of its own for the files of daemons, with a path that is short enough for sockets.</summary>
/// <param name="Path">The folder.</param>
internal sealed record DaemonFolder(string Path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Not the temporary directory that the environment names, whose path may be too long: a socket's has 107 bytes at most.
    private const string Short = "/tmp";

    /// <summary>The runtime directory in the folder, which the first client creates.</summary>
    public string RuntimeDirectory => System.IO.Path.Combine(Path, "run");

    public static DaemonFolder Create()
    {
        string parent = Directory.Exists(Short) ? Short : System.IO.Path.GetTempPath();
        string path = System.IO.Path.Combine(parent, $"daemonrpc-{Guid.NewGuid().ToString("N")[..12]}");
        _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, OwnerOnly);
        return new DaemonFolder(path);
    }

    public void Delete()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
