namespace DaemonRpc.Packed;

/// <summary>A folder of its own, gone when disposed, or at the latest with the process.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static readonly string s_root = Directory.CreateTempSubdirectory("daemonrpc-build-").FullName;

    // A fixture whose constructor throws is never disposed.
    static TemporaryFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(s_root, recursive: true);

    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(s_root, System.IO.Path.GetRandomFileName())).FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
