namespace DaemonRpc.Runtime.Tests.Histories;

// What is to happen when a handler gives way.
internal sealed partial class Ledger
{
    private readonly HashSet<HistoryCall> _gaveWay = [];
    private HistoryCall? _mayGiveWay;

    /// <summary>A handler wants to give way. Whether it does is seen when another gets the slot.</summary>
    public void GivesWay(HistoryCall call)
    {
        Events.Add($"  {call.Name} gives way");
        Demand(Current == call || call.IsDecided, $"{call.Name} gave way without having the slot");
        _mayGiveWay = call.CanceledBy is null ? call : null;
    }

    /// <summary>A handler goes on after it gave way, or did not.</summary>
    public void GoesOn(HistoryCall call)
    {
        Events.Add($"  {call.Name} goes on");
        _mayGiveWay = null;
        DemandAlone(call, "went on");
        if (!_gaveWay.Remove(call) && call is { IsDecided: false, CanceledBy: null })
        {
            // Those whose clients could not be told have missed their turn.
            Demand(_queue.TrueForAll(waiting => waiting.Client.IsBroken && !waiting.HasGivenWay), $"{call.Name} did not give way");
            _queue.Clear();
        }
    }

    /// <summary>The daemon says which task runs. If it is another than before, and nobody was told, one that gave way is to go on.</summary>
    public void Runs(DaemonTaskId? task)
    {
        if (task is null || Current?.Task == task || Current is { Task: null })
        {
            return;
        }

        HistoryCall? next = Yielded.FirstOrDefault();
        Demand(next?.Task == task, $"{task} went on, and not {next?.Name}");
        if (next is not null)
        {
            MissTurns(next);
            _ = _queue.Remove(next);
            next.HasGivenWay = false;
            GiveBack(next);
            if (next.CanceledBy is not null)
            {
                ToBegin.Push(next);
            }
        }
    }

    /// <summary>Only those may be before the next one whose clients could not be told.</summary>
    private void MissTurns(HistoryCall next)
    {
        int first = _queue.FindIndex(waiting => waiting.HasGivenWay || !waiting.Client.IsBroken);
        _queue.RemoveRange(0, Math.Max(0, first));
        Demand(_queue.FirstOrDefault() == next, $"{next.Name} overtook {_queue.FirstOrDefault()?.Name}");
    }

    /// <summary>A handler runs beside no other, unless it was abandoned.</summary>
    private void DemandAlone(HistoryCall call, string what)
    {
        Demand(Current == call || call.IsDecided, $"{call.Name} {what} without having the slot");
        Demand(call.IsDecided || Calls.TrueForAll(other => other == call || !other.HasBegun || other.IsDecided || other.HasGivenWay), $"{call.Name} {what} while another ran");
    }
}
