using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Server;

/// <summary>A daemon within this process: the ordinary server, reached through memory. Lives until disposed.</summary>
internal sealed class InProcessDaemon : IDaemonDialer, IAsyncDisposable
{
    private readonly DaemonServer _server;
    private readonly Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> _makeHandler;
    private Task? _life;

    /// <param name="contract">The contract.</param>
    /// <param name="instance">The instance that the handler is told.</param>
    /// <param name="makeHandler">Runs the user's factory.</param>
    public InProcessDaemon(ContractIdentity contract, string instance, Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler)
    {
        var options = new DaemonOptions { IdleTimeout = Timeout.InfiniteTimeSpan };
        var welcome = new Welcome
        {
            Id = contract.Id,
            Instance = instance,
            Contract = contract.Name,
            Program = ContractIdentity.Program,
            Build = contract.Build,
            ContractBuild = contract.Build,
            ProcessId = Environment.ProcessId,
            Incarnation = Random.Shared.NextInt64(),
            MaxFrameBytes = options.MaxFrameBytes,
        };
        Address = DaemonAddress.InProcess(contract.Id, instance);
        _server = new DaemonServer(contract, new RunningProgram(default), welcome, options, new NoTerminator(), new RestartBudget(static () => [], options.TimeProvider), NullLogger.Instance);
        _makeHandler = makeHandler;
    }

    public DaemonAddress Address { get; }

    /// <summary>Runs the factory. Called once, after the first connection, so that a factory that fails at once is reported to the first call.</summary>
    public void Begin() => _life = LiveAsync();

    /// <summary>Creates the exception that says why <see cref="TryOpen"/> returned null.</summary>
    public DaemonException WhyEnded()
    {
        Goodbye goodbye = _server.Shutdown.Drained.Result;
        return goodbye.Reason == GoodbyeReason.StartFailed
            ? new DaemonStartException($"The daemon in this process could not start. {goodbye.Message}", _server.StartError?.ToException())
            : new DaemonDisconnectedException($"The daemon in this process has ended. {goodbye.Message} Make a new client.", mayHaveRun: false);
    }

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
        await (_life ?? Task.CompletedTask).ConfigureAwait(false);
    }

    /// <summary>Lives until disposed, stopped, or given up because of an abandoned task, which nothing here can end.</summary>
    private async Task LiveAsync()
    {
        ITaskHandler? handler = await HandlerLife.BeginAsync(_server, Address, _makeHandler, NullLogger.Instance, new LogQueue(NullLogger.Instance)).ConfigureAwait(false);
        Goodbye goodbye = await _server.Shutdown.Drained.ConfigureAwait(false);
        _server.Close();
        _server.Sessions.SayGoodbye(goodbye);
        if (handler is not null)
        {
            await HandlerLife.EndAsync(handler, NullLogger.Instance).ConfigureAwait(false);
        }

        _server.Sessions.CloseAll();
    }

    /// <summary>Force in a daemon without its own process, where nothing can be ended.</summary>
    private sealed class NoTerminator : ITerminator
    {
        public CancelOutcome Outcome => CancelOutcome.Abandoned;

        public void Force(RunningTask task, ShutdownSequence shutdown, LastWords words)
        {
        }

        public void Exit(string reason, int by, LastWords words)
        {
        }
    }
}
