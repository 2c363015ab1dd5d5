using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Tasks;

/// <summary>The calls that wait for the slot, first come first. Removing is winning: a call can be taken out only once.</summary>
/// <remarks>Has no lock of its own, as it is a part of the slot: entering the slot or the queue is one step, and so is leaving one for the other.</remarks>
/// <param name="mostBytes">How much all of them may hold in memory. The first in the queue may hold more.</param>
internal sealed class TaskQueue(long mostBytes)
{
    /// <summary>How many calls wait at most. Nobody honest gets near it, and each costs a little when the queue changes.</summary>
    public const int MostCalls = 1000;

    private readonly List<QueuedCall> _calls = [];
    private long _bytes;
    private int _limited;

    public int Count => _calls.Count;

    /// <summary>Whether some call does not wait for ever.</summary>
    public bool HasLimits => _limited > 0;

    /// <summary>Puts a call at the end. False when there is no room.</summary>
    public bool TryAdd(QueuedCall call)
    {
        if (_calls.Count >= MostCalls || (_calls.Count > 0 && _bytes + call.Bytes > mostBytes))
        {
            return false;
        }

        _calls.Add(call);
        Note(call, 1);
        return true;
    }

    /// <summary>Takes out the one that came first.</summary>
    public bool TryTakeFirst([NotNullWhen(true)] out QueuedCall? call)
    {
        call = _calls.Count > 0 ? _calls[0] : null;
        if (call is null)
        {
            return false;
        }

        _calls.RemoveAt(0);
        Note(call, -1);
        return true;
    }

    /// <summary>Takes out all that the predicate names, in their order.</summary>
    public List<QueuedCall> TakeAll(Predicate<QueuedCall> predicate)
    {
        List<QueuedCall> taken = _calls.FindAll(predicate);
        if (taken.Count > 0)
        {
            var gone = new HashSet<QueuedCall>(taken);
            _ = _calls.RemoveAll(gone.Contains);
            taken.ForEach(call => Note(call, -1));
        }

        return taken;
    }

    /// <summary>The clients' processes, in order.</summary>
    public int[] Processes() => [.. _calls.Select(static call => call.ClientProcessId)];

    /// <summary>How long until the first limit passes, or null when none will.</summary>
    public TimeSpan? UntilNextLimit() => HasLimits ? _calls.Where(static call => call.IsLimited).Min(static call => call.Limit.Left) : null;

    private void Note(QueuedCall call, int sign)
    {
        _bytes += sign * call.Bytes;
        _limited += call.IsLimited ? sign : 0;
    }
}
