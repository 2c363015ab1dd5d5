namespace DaemonRpc.Testing.Tests.Infrastructure;

/// <summary>Counts the handlers of <see cref="ILamp"/> that were made and disposed.</summary>
internal sealed class LampLog
{
    private int _made;
    private int _disposed;

    public int Made => Volatile.Read(ref _made);

    public int Disposed => Volatile.Read(ref _disposed);

    public TestDaemon Create() => new(options => LampDaemon.RunAsync(ILamp (_) => new Lamp(this), options));

    private sealed class Lamp : ILamp, IDisposable
    {
        private readonly LampLog _log;
        private int _flashes;

        public Lamp(LampLog log)
        {
            _log = log;
            _ = Interlocked.Increment(ref log._made);
        }

        public Task<int> FlashAsync(CancellationToken cancellationToken) => Task.FromResult(++_flashes);

        public void Dispose() => Interlocked.Increment(ref _log._disposed);
    }
}
