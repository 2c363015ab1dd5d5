using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Runtime.Tests.Server;

public sealed class HandlerLifeTests
{
    [Fact]
    public async Task Failure_is_in_the_log_before_the_clients_are_told()
    {
        using var server = new TestServer(ready: false);
        var log = new SlowLogger(() => server.Daemon.StartError is not null);

        Assert.Null(await HandlerLife.BeginAsync(
            server.Daemon, DaemonAddress.InProcess("test.daemon"), (_, _) => throw new InvalidDataException("The index is broken."), NullLogger.Instance, new LogQueue(log)).Soon());

        Assert.False(log.WasLate);
        Assert.Equal("The index is broken.", server.Daemon.StartError?.Message);
    }

    /// <summary>Takes its time, in which clients could be told, and then looks whether they were.</summary>
    private sealed class SlowLogger(Func<bool> isTold) : ILogger
    {
        public bool? WasLate { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _ = SpinWait.SpinUntil(isTold, TimeSpan.FromMilliseconds(100));
            WasLate = isTold();
        }
    }
}
