using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Lifecycle;

/// <summary>A daemon without a process: the same server, reached through memory. Lives until disposed.</summary>
internal sealed class InProcessDaemon : IDaemonDialer, IAsyncDisposable
{
    private readonly DaemonServer _server;
    private readonly Task<ITaskHandler?> _handler;

    public InProcessDaemon(ContractIdentity contract, Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler)
    {
        var options = new DaemonOptions { IdleTimeout = Timeout.InfiniteTimeSpan };
        var welcome = new Welcome
        {
            Id = contract.Id,
            Contract = contract.Name,
            Program = ContractIdentity.Program,
            Build = contract.Build,
            ProcessId = Environment.ProcessId,
            Birth = Random.Shared.NextInt64(),
            MaxFrameBytes = options.MaxFrameBytes,
        };
        Address = DaemonAddress.InProcess(contract.Id);
        _server = new DaemonServer(contract, welcome, options, new NoProcessEnd(), NullLogger.Instance);
        _handler = HandlerLife.BeginAsync(_server, Address, makeHandler, NullLogger.Instance);
    }

    public DaemonAddress Address { get; }

    public ClientSession? TryOpen(Hello hello, Deadline deadline)
    {
        if (_server.Shutdown.Drained.IsCompleted)
        {
            return null;
        }

        (IByteChannel client, IByteChannel daemon) = InMemoryPair.Create();
        _server.Accept(daemon);
        return ClientSession.Open(client, hello, deadline.Left, out _);
    }

    public async ValueTask DisposeAsync()
    {
        _server.Shutdown.Begin(GoodbyeReason.Stopping, "The client in this process was disposed.");
        if (await _handler.ConfigureAwait(false) is { } handler)
        {
            // A task that was abandoned, or runs on, is not waited for: nothing here could end it.
            if (_server.Shutdown.Drained.IsCompleted)
            {
                await HandlerLife.EndAsync(handler, NullLogger.Instance).ConfigureAwait(false);
            }
        }

        _server.Close();
        _server.Sessions.CloseAll();
    }

    /// <summary>Force where there is no process of its own: nothing can be ended.</summary>
    private sealed class NoProcessEnd : IProcessEnd
    {
        public CancelOutcome Outcome => CancelOutcome.Abandoned;

        public void Force(RunningTask task)
        {
        }

        public void Exit()
        {
        }
    }
}
