namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A folder of its own, open to its owner only, gone when disposed. Its path is short enough for sockets.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("drpc-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
