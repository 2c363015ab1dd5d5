using System.Buffers;
using System.Collections.Concurrent;
using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>A real daemon's server under clients that are threads, with its own threads, and what each call came to.</summary>
internal sealed class RacingWorld : ITaskHandler
{
    private readonly ConcurrentDictionary<(HistoryClient Client, uint CallId), RacingAsk> _asks = [];
    private readonly ConcurrentDictionary<string, RacingAsk> _calls = [];
    private readonly ConcurrentQueue<DaemonStatus> _seen = [];
    private readonly TestServer.RecordedEnd _end = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DaemonServer _daemon;
    private readonly HistoryClient _watcher;
    private int _lastProcess = 1000;
    private int _lastMethod;
    private int _inside;
    private volatile bool _twoAtOnce;
    private volatile bool _anyIsMeant;

    public RacingWorld()
    {
        var options = new DaemonOptions { IdleTimeout = Timeout.InfiniteTimeSpan, CancelGrace = TimeSpan.FromMilliseconds(3) };
        var welcome = new Welcome { Id = TestServer.Contract.Id, Build = TestServer.Contract.Build, Incarnation = TestServer.Incarnation, MaxFrameBytes = options.MaxFrameBytes };
        _daemon = new DaemonServer(TestServer.Contract, new RunningProgram(default), welcome, options, _end, new RestartBudget(static () => [], options.TimeProvider), NullLogger.Instance);
        _watcher = NewClient();
        _daemon.OnStatusQuery(_watcher.Session, _watcher.NextCall(), new StatusQuery(Watch: true));
    }

    /// <summary>Each client does its steps on a thread of its own, while the handler is made.</summary>
    public async Task RunAsync(int[][] steps)
    {
        Task clients = Task.WhenAll(steps.Select(own => Patience.InThread(() => Act(own))));
        _daemon.HandlerReady(this);
        await clients;
        _ = _over.TrySetResult();
        HistoryClient last = NewClient();
        _daemon.OnStop(last.Session, last.NextCall(), force: false);
        _ = await _daemon.Shutdown.Drained.Soon();

        // A handler that was abandoned may go on, or even begin yet.
        Patience.Until(() => Volatile.Read(ref _inside) == 0 && Ran.Count() == _daemon.Board.Current.TasksFinished);
        _daemon.Close();
    }

    private IEnumerable<string> Ran => _calls.Where(call => Volatile.Read(ref call.Value.Runs) > 0).Select(call => call.Key);

    public string? NameOf(uint method) => $"Call{method}";

    public ValueTask DisposeAsync() => default;

    public async ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply)
    {
        CancellationToken cancellationToken = reply.Token;
        RacingAsk call = _calls[$"Call{method}"];
        Enter();
        _ = Interlocked.Increment(ref call.Runs);
        try
        {
            await WorkAsync(method % 10, cancellationToken);
            reply.BeginResult().Write(BitConverter.GetBytes(method));
            call.End = $"Result {method}";
        }
        catch (Exception exception)
        {
            call.End = exception is OperationCanceledException ? nameof(OperationCanceledException) : exception.GetType().Name;
            throw;
        }
        finally
        {
            call.WasCancelled = cancellationToken.IsCancellationRequested;
            _ = Interlocked.Decrement(ref _inside);
        }
    }

    /// <summary>What holds in the end.</summary>
    public void Check()
    {
        Assert.False(_twoAtOnce);
        Assert.All(_asks.Values, ask => Assert.Equal(ask.Client.IsBroken ? Math.Min(1, ask.Told.Count) : 1, ask.Told.Count));
        Assert.All(_calls.Values, CheckCall);
        Assert.All(_asks.Values.Where(ask => ask.IsCancel && !ask.Told.IsEmpty), CheckCancel);
        DaemonStatus status = _daemon.Board.Current;
        Assert.Equal((DaemonState.Stopping, 0, null), (status.State, status.Waiting, status.Task));
        DaemonStatus[] seen = [.. _seen];
        Assert.Equal(seen.Select(told => told.Sequence).Distinct().Order(), seen.Select(told => told.Sequence));
        Assert.Equal(status.Sequence, seen[^1].Sequence);
        if (seen.Zip(seen.Skip(1)).All(pair => pair.Second.Place <= pair.First.Place + 1))
        {
            // The watcher was sent all that happened: tasks that give way to each other may change more often than the daemon keeps.
            Assert.Equal(Ran.Order(), seen.Select(told => told.Task?.Method).OfType<string>().Distinct().Order());
        }
    }

    private async Task WorkAsync(uint kind, CancellationToken cancellationToken)
    {
        // Some end by themselves, others when they are cancelled, and one kind only when it is too late; all when the clients are done.
        int rounds = kind < 3 ? 0 : kind < 6 ? 200 : int.MaxValue;
        for (int round = 0; round < rounds && !_over.Task.IsCompleted && !(kind == 9 ? _end.Forced.Task.IsCompleted : cancellationToken.IsCancellationRequested); round++)
        {
            await Task.Yield();
            if (kind is 3 or 5 or 7 or 8)
            {
                _ = Interlocked.Decrement(ref _inside);
                try
                {
                    await _daemon.Yield.YieldAsync(kind > 5 ? cancellationToken : default);
                }
                finally
                {
                    Enter();
                }
            }
        }

        if (kind is 2 or 4)
        {
            throw new InvalidOperationException("It broke.");
        }

        if (kind is > 5 and < 9)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A handler begins or goes on: alone, unless another was abandoned.</summary>
    private void Enter() => _twoAtOnce |= Interlocked.Increment(ref _inside) > 1 && !_end.Forced.Task.IsCompleted;

    private void Act(int[] steps)
    {
        HistoryClient client = NewClient();
        RacingAsk? latest = null;
        foreach (int step in steps)
        {
            switch (step)
            {
                case < 8:
                    uint method = ((uint)Interlocked.Increment(ref _lastMethod) * 10) + (uint)step + (uint)(step == 7 ? steps.Length % 3 : 0);
                    latest = Note(new RacingAsk(client, client.NextCall()), $"Call{method}");
                    var request = new RequestHeader(TestServer.Contract.Build, method, 0, 0) { Wait = step <= 1 ? step : -1 };
                    if (_daemon.OnRequest(client.Session, latest.CallId, request, default) is { } task)
                    {
                        // Not here: this thread goes on as the client's.
                        _ = ThreadPool.UnsafeQueueUserWorkItem(task => task.Run(default), task, preferLocal: false);
                    }

                    break;

                case 8 or 9 when latest is not null:
                    latest.OwnCancel = true;
                    _daemon.OnCancel(client.Session, latest.CallId);
                    break;

                case 10 or 11 when _daemon.Board.Current.Task is { } meant:
                    RacingAsk target = _calls[meant.Method];
                    target.IdCancel = true;
                    CancelTask(client, target, meant.Id);
                    break;

                case 12:
                    _anyIsMeant = true;
                    CancelTask(client, null, null);
                    break;

                case 13:
                    client.Break();
                    _daemon.OnClosed(client.Session);
                    (client, latest) = (NewClient(), null);
                    break;

                default:
                    // Gives its latest call some time.
                    _ = latest?.Answered.Wait(2);
                    break;
            }
        }
    }

    private void CancelTask(HistoryClient client, RacingAsk? target, DaemonTaskId? task)
    {
        RacingAsk cancel = Note(new RacingAsk(client, client.NextCall()) { IsCancel = true, Target = target }, null);
        _daemon.OnCancelTask(client.Session, cancel.CallId, new CancelTask(task));
    }

    private void CheckCall(RacingAsk call)
    {
        string told = call.Told.FirstOrDefault() ?? "";
        Assert.InRange(call.Runs, 0, 1);
        Assert.True(!call.WasCancelled || call.OwnCancel || call.IdCancel || call.Client.IsBroken || _anyIsMeant, "Nobody had asked for it.");
        switch (told.Split(' ')[0])
        {
            case "":
                break;

            case "Refused":
                Assert.Equal(0, call.Runs);
                break;

            case nameof(CancelOutcome.NeverStarted):
                Assert.True(call is { Runs: 0, OwnCancel: true });
                break;

            case nameof(CancelOutcome.Stopped):
                Assert.Equal((1, nameof(OperationCanceledException)), (call.Runs, call.End));
                break;

            case "Error":
                Assert.Equal((1, nameof(InvalidOperationException)), (call.Runs, call.End));
                break;

            case "Result":
                Assert.Equal((1, told), (call.Runs, call.End));
                break;

            default:
                Assert.StartsWith(nameof(CancelOutcome.Abandoned), told, StringComparison.Ordinal);
                Assert.True(_end.Forced.Task.IsCompleted);
                break;
        }
    }

    private void CheckCancel(RacingAsk cancel)
    {
        string told = cancel.Told.Single();
        if (told.StartsWith(nameof(CancelOutcome.NothingRunning), StringComparison.Ordinal) || cancel.Target is { Client.IsBroken: true })
        {
            return;
        }

        Assert.Contains(cancel.Target is { } target ? [target] : _calls.Values, call => Agree(told, call));
    }

    private static bool Agree(string canceller, RacingAsk call) => call.Runs == 1 && (call.Told.FirstOrDefault() is not { } owner || owner == canceller
        || (canceller.StartsWith(nameof(CancelOutcome.Completed), StringComparison.Ordinal) && owner.Split(' ')[0] is "Result" or "Error"));

    private RacingAsk Note(RacingAsk ask, string? name)
    {
        _asks[(ask.Client, ask.CallId)] = ask;
        if (name is not null)
        {
            _calls[name] = ask;
        }

        return ask;
    }

    private HistoryClient NewClient() => new(Interlocked.Increment(ref _lastProcess), _daemon, Hear);

    private void Hear(HistoryClient client, FrameKind kind, uint callId, byte[] payload)
    {
        if (client == _watcher)
        {
            _seen.Enqueue(StatusMessage.Read(payload));
        }
        else if (kind is not (FrameKind.Queued or FrameKind.Started or FrameKind.StopReply))
        {
            RacingAsk ask = _asks[(client, callId)];
            ask.Told.Enqueue(HistoryClient.TextOf(kind, payload));
            ask.Answered.Set();
        }
    }
}

/// <summary>A call or a cancellation, and what is known of it in the end.</summary>
internal sealed class RacingAsk(HistoryClient client, uint callId)
{
    public int Runs;

    public HistoryClient Client => client;

    public uint CallId => callId;

    public bool IsCancel { get; init; }

    /// <summary>The call that a cancellation named.</summary>
    public RacingAsk? Target { get; init; }

    public bool OwnCancel { get; set; }

    public bool IdCancel { get; set; }

    public bool WasCancelled { get; set; }

    /// <summary>How its handler ended.</summary>
    public string? End { get; set; }

    public ConcurrentQueue<string> Told { get; } = [];

    public ManualResetEventSlim Answered { get; } = new();
}
