using DaemonRpc.Journal;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Server;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>A real daemon's server, of which one thing at a time happens, and the ledger beside it.</summary>
internal sealed partial class World
{
    public const int Clients = 3;

    private readonly Ledger _ledger;
    private readonly HistoryHandler _handler;
    private readonly DaemonServer _daemon;
    private readonly HeldThreads _held = new();
    private readonly HistoryClient[] _clients = new HistoryClient[Clients];
    private readonly HashSet<HistoryClient> _acting = [];
    private readonly WorldCheck _check;
    private readonly Queue<Step> _steps;
    private HistoryCall? _forced;
    private HistoryCall? _resumes;
    private Step? _late;
    private int _lastProcess = 1000;
    private int _depth;
    private int _uninterrupted;
    private int _ends;
    private bool _processEnded;
    private bool _handlerIsMade;

    public World(Setting setting, IEnumerable<Step> steps)
    {
        _ledger = new Ledger(setting);
        _handler = new HistoryHandler(_ledger);
        _steps = new Queue<Step>(steps);
        var options = new DaemonOptions
        {
            IdleTimeout = Timeout.InfiniteTimeSpan,
            CancelGrace = TimeSpan.Zero,
            DisconnectBehavior = setting.Continues ? DisconnectBehavior.ContinueTask : DisconnectBehavior.CancelTask,
            TimeProvider = new InterruptingClock(Interrupt),
        };
        var end = new InterruptingEnd(setting, Interrupt)
        {
            Ended = () => _processEnded = true,
            Forced = _ledger.Drain,
            Stopped = by =>
            {
                // The daemon cancels one task after the other; the ledger all at once.
                _ledger.StoppedByForce(by);
                _uninterrupted++;
            },
            Told = () => _ledger.Release(_forced!),
        };
        var welcome = new Welcome { Id = TestServer.Contract.Id, Build = TestServer.Contract.Build, Incarnation = TestServer.Incarnation, MaxFrameBytes = options.MaxFrameBytes };
        _daemon = new DaemonServer(
            TestServer.Contract, new RunningProgram(default), welcome, options, end, new RestartBudget(static () => [], options.TimeProvider), new InterruptingLog(Interrupt), StartThread);
        _check = new WorldCheck(_ledger, _daemon.Board);
        _handler.GiveWay = _daemon.Yield.YieldAsync;
        for (int client = 0; client < Clients; client++)
        {
            _clients[client] = NewClient();
        }

        if (setting.HandlerIsMade)
        {
            MakeHandler(fails: false);
        }
    }

    /// <summary>Lets everything happen, and then whatever is left run out.</summary>
    public void Run()
    {
        // Where there is a context, continuations would go to the pool.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            while (!_processEnded && _steps.TryDequeue(out Step? step))
            {
                Take(step);
            }

            if (!_processEnded)
            {
                RunOut();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
            _daemon.Close();
        }
    }

    /// <summary>The next step, if it is to come in the middle of this one, and those who take it are not in the middle of another.</summary>
    private void Interrupt()
    {
        while (_uninterrupted == 0 && !_processEnded && _steps.TryPeek(out Step? next) && next.Early && !_acting.Contains(_clients[next.Client]))
        {
            // Half of them let one place pass, as they would else all come at the first.
            if (next.Which % 2 == 1 && _late != next)
            {
                _late = next;
                return;
            }

            Take(_steps.Dequeue());
        }
    }

    private void Take(Step step)
    {
        HistoryClient client = _clients[step.Client];
        bool acts = _acting.Add(client);
        _check.Observe();
        _depth++;
        _ledger.Events.Add($"{new string('.', _depth - 1)}{step.Kind} by {client.ProcessId}, {step.Which}");
        try
        {
            Do(step.Kind, client, step.Which, step.Client);
        }
        catch (ProcessEndedException)
        {
            Assert.True(_processEnded);
        }

        _depth--;
        _ = acts && _acting.Remove(client);
        if (!_processEnded)
        {
            _check.Observe();
            if (_depth == 0)
            {
                _check.Between();
            }
        }

        // Not in the middle of the daemon's code, which might take it for a failure of the handler.
        Assert.True(_depth > 0 || _ledger.Faults.Count == 0, string.Join('\n', _ledger.Events));
    }

    private void Do(StepKind kind, HistoryClient client, int which, int place)
    {
        switch (kind)
        {
            case StepKind.MakeHandler when !_handlerIsMade:
                MakeHandler(fails: which == 0);
                break;

            case StepKind.Leave when client.IsBroken:
                Notice(place);
                break;

            case StepKind.Leave:
                client.Break();
                break;

            case StepKind.Begin when _held.TryTake(HeldThreads.Task, which, out HistoryCall? begun, out Action begin, HeldThreads.Resumption):
                MayEnd(begun!, begin);
                break;

            case StepKind.CancelToken when _held.TryTake(HeldThreads.Token, which, out HistoryCall? canceled, out Action cancel):
                _resumes = canceled;
                MayEnd(canceled!, cancel);
                _ledger.Demand(!canceled!.HasBegun || canceled.Token.IsCancellationRequested, $"{canceled.Name} has a token that was not cancelled");
                break;

            case StepKind.GracePasses when _held.TryTake(HeldThreads.Grace, which, out HistoryCall? late, out Action force):
                _forced = late!.IsDecided ? _forced : late;
                _ledger.GracePasses(late);
                force();
                break;

            case StepKind.LimitsPass when _held.TryTake(HeldThreads.Limits, 0, out _, out Action pass):
                _ledger.LimitsPass();
                pass();
                break;

            case StepKind.Yield when _ledger.Calls.Find(call => call is { HasBegun: true, HasEnded: false, IsAway: false, IsDecided: false }) is { } yielding:
                MayEnd(yielding, () => yielding.Next.SetResult(Ending.GivesWay));
                break;

            case StepKind.End or StepKind.Report when _ledger.Calls.FindAll(call => call is { HasBegun: true, HasEnded: false, IsAway: false }) is { Count: > 0 } running:
                if (kind == StepKind.End)
                {
                    HistoryCall ending = running[which % running.Count];
                    MayEnd(ending, () => _handler.End(ending, (Ending)(which % 3)));
                }
                else
                {
                    _daemon.Board.Report($"{which}", null);
                }

                break;

            case StepKind.Look:
                _check.Look(which);
                break;

            case StepKind.Ask or StepKind.CancelOwn or StepKind.CancelAny or StepKind.CancelById or StepKind.Stop or StepKind.ForceStop when !client.IsBroken:
                Say(kind, client, which);
                break;

            default:
                break;
        }
    }

    private void Say(StepKind kind, HistoryClient client, int which)
    {
        switch (kind)
        {
            case StepKind.Ask:
                var call = new HistoryCall(client, client.NextCall(), (uint)_ledger.Calls.Count + 1, which);
                _ledger.Ask(call);
                var request = new RequestHeader(TestServer.Contract.Build, call.Number, call.IsStream ? 1000u : 0, 0) { Wait = call.Wait };
                Uninterrupted(() => _daemon.OnRequest(client.Session, call.CallId, request, default));
                break;

            case StepKind.CancelOwn when _ledger.Calls.FindAll(call => call.Client == client) is { Count: > 0 } own:
                // The latest mostly: of the others nothing is left.
                HistoryCall meant = own[^(1 + (which % Math.Min(3, own.Count)))];
                _ledger.CancelOwn(meant);
                _daemon.OnCancel(client.Session, meant.CallId);
                break;

            case StepKind.CancelAny or StepKind.CancelById:
                var cancel = new HistoryAsk(client, client.NextCall());
                DaemonTaskId? task = kind == StepKind.CancelAny ? null : IdOf(which);
                _ledger.Cancel(cancel, task);
                _daemon.OnCancelTask(client.Session, cancel.CallId, new CancelTask(task));
                break;

            case StepKind.Stop:
                _ledger.Drain();
                _daemon.OnStop(client.Session, client.NextCall(), force: false);
                break;

            case StepKind.ForceStop:
                // The ledger learns it where the process would have ended, which may be interrupted before.
                int uninterrupted = _uninterrupted;
                _daemon.OnStop(client.Session, client.NextCall(), force: true);
                _uninterrupted = uninterrupted;
                break;

            default:
                break;
        }
    }

    private int Ended => _ledger.Released + _ledger.Calls.Count(call => call.HasEnded);

    private HistoryClient NewClient() => new(++_lastProcess, _daemon, Hear);

    private void MakeHandler(bool fails)
    {
        _handlerIsMade = true;
        _ledger.HandlerMade(fails);
        Uninterrupted(() =>
        {
            if (fails)
            {
                _daemon.HandlerFailed(new InvalidOperationException("There is no handler."));
            }
            else
            {
                _daemon.HandlerReady(_handler);
            }
        });
    }

    /// <summary>The daemon's reader finds that a client has gone. Another takes its place.</summary>
    private void Notice(int place)
    {
        HistoryClient client = _clients[place];
        bool hasSeveral = _ledger.Begun().Count(call => call.Client == client) > 1;
        _ledger.ClientGone(client);
        _uninterrupted += hasSeveral ? 1 : 0;
        _daemon.OnClosed(client.Session);
        _uninterrupted -= hasSeveral ? 1 : 0;
        _clients[place] = NewClient();
    }

    /// <summary>Does what may end a handler, and with it the task.</summary>
    private void MayEnd(HistoryCall call, Action step)
    {
        bool had = call.HasEnded;
        step();
        if (!had && call.HandlerWon && !_processEnded)
        {
            _ledger.Release(call);
        }
    }

    /// <summary>Which task a client means.</summary>
    private DaemonTaskId IdOf(int which)
    {
        DaemonTaskId latest = _ledger.Admitted.LastOrDefault()?.Task ?? new DaemonTaskId(TestServer.Incarnation, 1);
        return (which % 5) switch
        {
            0 => latest with { Number = latest.Number + 1 },
            1 => latest with { Incarnation = latest.Incarnation + 1 },
            2 => latest with { Number = Math.Max(1, latest.Number - 1) },
            _ => latest,
        };
    }

    private void Uninterrupted(Action step)
    {
        _uninterrupted++;
        step();
        _uninterrupted--;
    }

    /// <summary>All handlers end, all threads go on, and all broken connections are noticed: then nobody waits for anything any more.</summary>
    private void RunOut()
    {
        Take(new Step(StepKind.MakeHandler, 0, 1, false));
        while (_ledger.Current is not null)
        {
            int ended = Ended;
            Take(new Step(StepKind.Begin, 0, 0, false));
            Take(new Step(StepKind.End, 0, 0, false));
            Take(new Step(StepKind.CancelToken, 0, 0, false));
            Assert.True(_ledger.Current is null || Ended > ended || _held.Any, string.Join('\n', _ledger.Events));
        }

        while (_held.Any)
        {
            foreach (StepKind kind in new[] { StepKind.Begin, StepKind.CancelToken, StepKind.GracePasses, StepKind.LimitsPass })
            {
                Take(new Step(kind, 0, 0, false));
            }
        }

        _check.Finally(_ends);
        Assert.True(_ledger.Faults.Count == 0, string.Join('\n', _ledger.Events));
    }
}
