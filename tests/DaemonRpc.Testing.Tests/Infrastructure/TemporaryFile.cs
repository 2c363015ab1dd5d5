namespace DaemonRpc.Testing.Tests.Infrastructure;

/// <summary>A file of its own, gone when disposed.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public string Path { get; } = System.IO.Path.GetTempFileName();

    public IReadOnlyList<string> Lines => File.ReadAllLines(Path);

    public void Dispose() => File.Delete(Path);
}
