using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A daemon's server in memory, without a process or a socket. Its clients are ours, or scripted ones.</summary>
internal sealed class TestServer : IDisposable
{
    public const long Incarnation = 77;

    public TestServer(DaemonOptions? options = null, bool ready = true, MethodTable? methods = null)
    {
        DaemonOptions used = options ?? new DaemonOptions { IdleTimeout = Timeout.InfiniteTimeSpan };
        var welcome = new Welcome { Id = Contract.Id, Contract = Contract.Name, Build = Contract.Build, ProcessId = Environment.ProcessId, Incarnation = Incarnation, MaxFrameBytes = used.MaxFrameBytes };
        Daemon = new DaemonServer(Contract with { Methods = methods }, new RunningProgram(default), welcome, used, Terminator, new RestartBudget(() => Journal, used.TimeProvider), NullLogger.Instance);
        if (ready)
        {
            Daemon.HandlerReady(Handler);
        }
    }

    private static readonly BuildIdentity s_build = new(638_000_000_000_000_000, 5);

    public static ContractIdentity Contract { get; } = new("test.daemon", "Test.IContract, Test", s_build, s_build) { PassesDescriptors = true };

    public static Hello Hello { get; } = new() { Id = Contract.Id, Contract = Contract.Name, Build = Contract.Build, ForCalls = true };

    public DaemonServer Daemon { get; }

    /// <summary>What the daemon reads of those before it.</summary>
    public List<DaemonJournalEntry> Journal { get; } = [];

    public ScriptedHandler Handler { get; } = new();

    public RecordedEnd Terminator { get; } = new();

    /// <summary>A connection on which nothing was said yet.</summary>
    public ScriptedPeer Dial()
    {
        (IByteChannel client, IByteChannel daemon) = InMemoryPair.Create();
        Daemon.Accept(daemon);
        return new ScriptedPeer(client);
    }

    /// <summary>A scripted client that has been let in.</summary>
    public async Task<ScriptedPeer> GreetAsync(long busyWait = 0)
    {
        ScriptedPeer peer = Dial();
        peer.Say(FrameKind.Hello, 0, (Hello with { BusyTimeout = busyWait }).Write);
        _ = await peer.HearAsync(FrameKind.Welcome);
        return peer;
    }

    /// <summary>Our own client: with the server, both ends of ours.</summary>
    public ClientSession Open()
    {
        (IByteChannel client, IByteChannel daemon) = InMemoryPair.Create();
        Daemon.Accept(daemon);
        ClientSession session = ClientSession.Open(client, Hello, Patience.Limit, out _)!;
        session.StartReading();
        return session;
    }

    public static Action<IBufferWriter<byte>> Request(uint method = 1, uint credit = 0, BuildIdentity? build = null, CallChain? chain = null, long? wait = null, TimeSpan? timeout = null) => output =>
    {
        RequestHeader header = new(build ?? Contract.Build, method, credit, 0) { Chain = chain, Wait = wait, Deadline = timeout is { } most ? new Deadline(most) : null };
        header.Write(output.GetSpan(header.Size));
        output.Advance(header.Size);
    };

    public void Dispose()
    {
        Daemon.Close();
        Daemon.Sessions.CloseAll();
    }

    /// <summary>Notes that the process would have ended, and lives on.</summary>
    internal sealed class RecordedEnd : ITerminator
    {
        public TaskCompletionSource<RunningTask> Forced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancelOutcome Outcome => CancelOutcome.Abandoned;

        public void Force(RunningTask task, ShutdownSequence shutdown, LastWords words) => Forced.TrySetResult(task);

        public void Exit(string reason, int by, LastWords words)
        {
        }
    }
}
