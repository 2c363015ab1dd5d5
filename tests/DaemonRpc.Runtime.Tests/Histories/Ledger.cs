using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>The daemon as docs/tasks.md has it, in the simplest way: who asked for what, and what each is to be told. Knows nothing of the real one.</summary>
internal sealed partial class Ledger(Setting setting)
{
    private readonly List<HistoryCall> _waiting = [];

    // Those that wait, and among them those that gave way.
    private readonly List<HistoryCall> _queue = [];
    private bool _handlerIsMade;
    private bool _handlerFailed;

    public List<HistoryCall> Calls { get; } = [];

    public List<HistoryAsk> Cancels { get; } = [];

    /// <summary>The tasks, in the order they were admitted.</summary>
    public List<HistoryCall> Admitted { get; } = [];

    /// <summary>The errors that watchers are to see, in order.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>The task that has the slot.</summary>
    public HistoryCall? Current { get; private set; }

    public bool IsDraining { get; private set; }

    public int Released { get; private set; }

    public int Queued => _queue.Count(call => !call.HasGivenWay);

    /// <summary>The tasks that gave way, in the order in which they go on.</summary>
    public IEnumerable<HistoryCall> Yielded => _queue.Where(call => call.HasGivenWay);

    /// <summary>The tasks whose two steps are to be begun, the latest last.</summary>
    public Stack<HistoryCall> ToBegin { get; } = new();

    /// <summary>What happened so far.</summary>
    public List<string> Events { get; } = [];

    /// <summary>The faults found so far. Collected instead of thrown, because a caller may swallow an exception.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>The running task, and those that gave way.</summary>
    public List<HistoryCall> Begun() => [.. Current is null ? [] : (HistoryCall[])[Current], .. Yielded];

    public void Demand(bool isSo, string what)
    {
        if (!isSo)
        {
            Faults.Add(what);
            Events.Add($"NOT SO: {what}");
        }
    }

    public void Ask(HistoryCall call)
    {
        Calls.Add(call);
        if (_handlerIsMade)
        {
            Admit(call);
        }
        else
        {
            _waiting.Add(call);
        }
    }

    public void HandlerMade(bool failed)
    {
        if (failed)
        {
            Drain();
        }

        (_handlerIsMade, _handlerFailed) = (true, failed);
        _waiting.ForEach(Admit);
        _waiting.Clear();
    }

    /// <summary>A client cancels its own call.</summary>
    public void CancelOwn(HistoryCall call)
    {
        if (_waiting.Remove(call) || (!call.HasGivenWay && _queue.Remove(call)))
        {
            call.Due = $"{CancelOutcome.NeverStarted} by {call.Client.ProcessId}";
        }
        else if (Current == call || call.HasGivenWay)
        {
            _ = TryAttach(call, call.Client.ProcessId, null);
        }
    }

    /// <summary>A client cancels what runs, or only the task of that id.</summary>
    public void Cancel(HistoryAsk cancel, DaemonTaskId? task)
    {
        Cancels.Add(cancel);
        HistoryCall? call = task is null ? Current : Yielded.Append(Current).FirstOrDefault(call => call?.Task == task);
        if (call is null || !TryAttach(call, cancel.Client.ProcessId, cancel))
        {
            cancel.Due = $"{CancelOutcome.NothingRunning} by {cancel.Client.ProcessId}";
        }
    }

    /// <summary>A client that had broken off is noticed.</summary>
    public void ClientGone(HistoryClient client)
    {
        _ = _waiting.RemoveAll(call => call.Client == client);
        _ = _queue.RemoveAll(call => call.Client == client && !call.HasGivenWay);
        foreach (HistoryCall call in Begun().Where(call => call.Client == client && !setting.Continues))
        {
            _ = TryAttach(call, client.ProcessId, null);
        }
    }

    /// <summary>The daemon lets nobody wait any more.</summary>
    public void Drain()
    {
        if (!IsDraining)
        {
            IsDraining = true;
            _queue.FindAll(call => !call.HasGivenWay).ForEach(call => call.Due = $"Refused Busy {Current!.Name}");
            _ = _queue.RemoveAll(call => !call.HasGivenWay);
        }
    }

    public void StoppedByForce(int by)
    {
        Drain();
        foreach (HistoryCall call in Begun())
        {
            _ = TryAttach(call, by, null);
        }
    }

    public void LimitsPass()
    {
        foreach (HistoryCall call in _queue.Where(call => call.Wait > 0 && !call.HasGivenWay))
        {
            call.Due = $"Refused WaitedTooLong {Current!.Name}";
        }

        _ = _queue.RemoveAll(call => call.Wait > 0 && !call.HasGivenWay);
    }

    public void HandlerEnds(HistoryCall call, Ending how)
    {
        Events.Add($"  {call.Name} {how}");
        call.HasEnded = true;
        bool stopped = how == Ending.GivesUp && call.CanceledBy is not null;
        string text = how == Ending.Returns ? $"Result {call.Number}" : stopped ? $"{CancelOutcome.Stopped} by {call.CanceledBy}" : $"Error {how}";
        if (!call.IsDecided)
        {
            call.HandlerWon = true;
            call.HasFailed = how != Ending.Returns && !stopped;
            Decide(call, text, stopped ? CancelOutcome.Stopped : CancelOutcome.Completed);
        }
    }

    /// <summary>The grace has passed. Where the process ends nobody is told by it.</summary>
    public void GracePasses(HistoryCall call)
    {
        call.IsBeingForced = !call.IsDecided;
        if (!call.IsDecided && setting.OwnProcess)
        {
            call.IsDecided = true;
        }
        else if (!call.IsDecided)
        {
            Decide(call, $"{CancelOutcome.Abandoned} by {call.CanceledBy}", CancelOutcome.Abandoned);
        }
    }

    /// <summary>A task has given the slot back. If it was the next in the queue that got it, that was told before.</summary>
    public void Release(HistoryCall call)
    {
        if (Current == call)
        {
            Demand(call.IsDecided, $"{call.Name} was released before it had settled");
            Demand(_queue.TrueForAll(waiting => waiting.Client.IsBroken && !waiting.HasGivenWay), "the slot is free though somebody waits");
            _queue.Clear();
            GiveBack(null);
        }
    }

    public void Begins(HistoryCall call)
    {
        Demand(call.IsAdmitted && !call.HasBegun, $"{call.Name} began, having been told '{call.Told}'");
        DemandAlone(call, "began");
        call.HasBegun = true;
    }

    /// <summary>A client was told something.</summary>
    public void Told(HistoryClient client, FrameKind kind, uint callId, string text)
    {
        Events.Add($"  {client.ProcessId} hears of {callId}: {text}");
        if (kind == FrameKind.StopReply)
        {
            return;
        }

        HistoryCall? call = Calls.Find(call => call.Client == client && call.CallId == callId);
        HistoryAsk? ask = kind == FrameKind.CancelReply ? Cancels.Find(cancel => cancel.Client == client && cancel.CallId == callId) : call;
        if (ask is null)
        {
            Demand(false, $"{client.ProcessId} was told of {callId} what it had not asked");
        }
        else if (kind == FrameKind.Queued)
        {
            Demand(_queue.Contains(call!), $"{call!.Name} was told that it waits");
        }
        else if (kind == FrameKind.Started)
        {
            TurnCame(call!);
        }
        else
        {
            Demand(ask.Told is null, $"{callId} of {client.ProcessId} was told '{ask.Told}' and then '{text}'");
            Demand(ask.Due == text, $"{callId} of {client.ProcessId} was told '{text}' instead of '{ask.Due}'");
            ask.Told = text;
        }
    }

    /// <summary>Whoever is owed an answer has it.</summary>
    public void DemandAnswers(IEnumerable<HistoryAsk> asks)
    {
        foreach (HistoryAsk ask in asks.Where(ask => ask.IsOwed))
        {
            Demand(false, $"{ask.CallId} of {ask.Client.ProcessId} was never told '{ask.Due}'");
        }
    }

    private void Admit(HistoryCall call)
    {
        if (Current is null && !IsDraining)
        {
            TakeSlot(call);
            return;
        }

        bool mayWait = call.Wait != 0 && !IsDraining;
        string reason = _handlerFailed ? "StartFailed"
            : Current is null ? "Stopping"
            : mayWait && Begun().Any(task => task.IsStream && task.Client == call.Client) ? $"OwnStream {Current.Name}"
            : $"Busy {Current.Name}";
        if (mayWait && reason.StartsWith("Busy", StringComparison.Ordinal))
        {
            _queue.Add(call);
        }
        else
        {
            call.Due = $"Refused {reason}";
        }
    }

    private void TurnCame(HistoryCall call)
    {
        // Those whose clients could not be told have missed their turn.
        MissTurns(call);
        Demand(Current is { IsDecided: true } || (Current is not null && Current == _mayGiveWay), $"{call.Name} was begun while {Current?.Name} ran");
        _ = _queue.Remove(call);
        GiveBack(call);
    }

    private void GiveBack(HistoryCall? next)
    {
        if (next is not null && Current is not null && Current == _mayGiveWay && !Current.IsDecided)
        {
            Current.HasGivenWay = true;
            _gaveWay.Add(Current);
            _queue.Add(Current);
            _mayGiveWay = null;
            TakeSlot(next);
            return;
        }

        Released++;
        if (Current is { HasFailed: true } && !IsDraining)
        {
            Errors.Add(Current.Name);
        }

        Current = null;
        if (next is not null)
        {
            TakeSlot(next);
        }
    }

    private void TakeSlot(HistoryCall call)
    {
        Current = call;
        if (!call.IsAdmitted)
        {
            call.IsAdmitted = true;
            Admitted.Add(call);
        }
    }

    private bool TryAttach(HistoryCall call, int by, HistoryAsk? cancel)
    {
        if (call.IsBeingForced)
        {
            // Told with the others, where somebody is left to tell.
            call.Cancellers.AddRange(cancel is null ? [] : [cancel]);
            if (cancel is not null && !setting.OwnProcess)
            {
                cancel.Due = $"{CancelOutcome.Abandoned} by {call.CanceledBy}";
            }

            return true;
        }

        if (call.IsDecided)
        {
            return false;
        }

        if (call.CanceledBy is null && call.HasGivenWay)
        {
            // It is the next, after those that were to be cancelled before.
            _ = _queue.Remove(call);
            _queue.Insert(_queue.Count(other => other.HasGivenWay && other.CanceledBy is not null), call);
        }
        else if (call.CanceledBy is null)
        {
            ToBegin.Push(call);
        }

        call.CanceledBy ??= by;
        call.Cancellers.AddRange(cancel is null ? [] : [cancel]);
        return true;
    }

    private static void Decide(HistoryCall call, string due, CancelOutcome outcome)
    {
        call.IsDecided = true;
        call.Due = due;
        call.Cancellers.ForEach(cancel => cancel.Due = $"{outcome} by {call.CanceledBy}");
    }
}
