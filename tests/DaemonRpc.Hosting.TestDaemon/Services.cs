namespace DaemonRpc.Hosting.TestDaemon;

/// <summary>Lives as long as the daemon.</summary>
internal sealed class Warmth : IDisposable
{
    public int Tasks;
    public int Disposed;
    public int Benches;

    private readonly Events _events;

    public Warmth(Events events) => _events = events;

    public void Dispose() => _events.Add("warmth disposed");
}

/// <summary>Lives as long as a task. Can only be disposed asynchronously.</summary>
internal sealed class Bench(Warmth warmth, Events events) : IAsyncDisposable
{
    private bool _isDisposed;

    public int Number { get; } = Interlocked.Increment(ref warmth.Benches);

    public void Use() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _ = Interlocked.Increment(ref warmth.Disposed);
        events.Add($"bench {Number} disposed");
        return ValueTask.CompletedTask;
    }
}

/// <summary>Bytes that can be read while their task's services live.</summary>
internal sealed class BenchStream(Bench bench, int size) : MemoryStream(new byte[size])
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        bench.Use();
        return base.ReadAsync(buffer, cancellationToken);
    }
}
