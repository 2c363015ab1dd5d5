using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>Whether what the daemon says of itself is what the ledger says of it.</summary>
internal sealed class WorldCheck(Ledger ledger, StatusBoard board)
{
    private readonly BoardWatch[] _watches = [new BoardWatch(board), new BoardWatch(board)];

    /// <summary>A watcher looks.</summary>
    public void Look(int which) => _watches[which % _watches.Length].Look();

    /// <summary>What holds whenever something has happened, and in the middle of it.</summary>
    public void Observe()
    {
        DaemonTask? task = board.Current.Task;
        ledger.Demand(task?.Method == ledger.Current?.Name, $"the daemon says that it runs {task?.Method}, and not {ledger.Current?.Name}");
        if (task is not null && ledger.Current is { } current)
        {
            ledger.Demand(current.Task is null || current.Task == task.Id, $"{current.Name} changed its id");
            current.Task = task.Id;
        }
    }

    /// <summary>What holds when nothing is in the middle.</summary>
    public void Between()
    {
        DaemonStatus status = board.Current;
        ledger.DemandAnswers([.. ledger.Calls, .. ledger.Cancels]);
        ledger.Demand(status.TasksFinished == ledger.Released, $"{ledger.Released} tasks have ended, and not {status.TasksFinished}");
        ledger.Demand(status.Waiting == ledger.Queued, $"{ledger.Queued} calls wait, and not {status.Waiting}");
        ledger.Demand(
            status.YieldedTasks.Select(task => task.Method).SequenceEqual(ledger.Yielded.Select(call => call.Name)),
            $"{string.Join(", ", ledger.Yielded.Select(call => call.Name))} gave way, and not {string.Join(", ", status.YieldedTasks.Select(task => task.Method))}");
        ledger.Demand(ledger.Current is not null || (ledger.Queued == 0 && !ledger.Yielded.Any()), "the slot is free though somebody waits");
        ledger.Demand(ledger.ToBegin.Count == 0, "a cancellation was not begun");
    }

    /// <summary>What holds when everything has run out.</summary>
    /// <param name="ends">How often the daemon has left.</param>
    public void Finally(int ends)
    {
        foreach (HistoryAsk ask in ledger.Calls.Concat(ledger.Cancels))
        {
            ledger.Demand(ask.Told is not null || ask.Client.IsBroken, $"{ask.CallId} of {ask.Client.ProcessId} waits for ever");
        }

        ledger.Demand(ends == (ledger.IsDraining ? 1 : 0), $"the daemon left {ends} times");
        Array.ForEach(_watches, CheckWatch);
    }

    private void CheckWatch(BoardWatch watch)
    {
        watch.Look();
        List<DaemonStatus> told = watch.Told;
        ledger.Demand(told.Zip(told.Skip(1)).All(pair => pair.First.Sequence < pair.Second.Sequence), "a watcher was told something late");
        ledger.Demand(told.TrueForAll(status => status.Missed == 0), "a watcher missed something");
        ledger.Demand(told[^1].Sequence == board.Current.Sequence, "a watcher was not told the last status");
        IEnumerable<string> tasks = told.Where(status => status.Task is not null).Select(status => status.Task!.Method).Distinct();
        ledger.Demand(tasks.SequenceEqual(ledger.Admitted.Select(call => call.Name)), $"a watcher saw {string.Join(", ", tasks)}");
        IEnumerable<string> errors = told.Where(status => status.State == DaemonState.Error).Select(status => status.Message!.Split(' ')[0]);
        ledger.Demand(errors.SequenceEqual(ledger.Errors), $"a watcher saw the errors of {string.Join(", ", errors)}, and not of {string.Join(", ", ledger.Errors)}");
    }
}
