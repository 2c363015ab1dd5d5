using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Tasks;

/// <summary>The calls that wait for the slot, in the order they came. A call can be removed only once, and whoever removes it decides its fate.</summary>
/// <remarks>
/// Not synchronised: the slot's lock protects it, so that entering the slot or the queue, and moving from one to the other, are single steps.
/// </remarks>
/// <param name="mostBytes">The memory limit of all waiting calls together, in bytes. The first call may exceed it.</param>
internal sealed class TaskQueue(long mostBytes)
{
    /// <summary>The most calls that may wait. No honest use comes near it; each waiting call costs a little when the queue changes.</summary>
    public const int MostCalls = 1000;

    private readonly List<QueuedCall> _calls = [];
    private volatile int _count;
    private long _bytes;
    private int _withDeadline;

    /// <summary>The number of waiting calls. May be read without the lock.</summary>
    public int Count => _count;

    /// <summary>The number of the call that came last, whether it still waits or not. Numbers grow.</summary>
    public long LastNumber { get; private set; }

    /// <summary>The number of the first call, or null when none waits.</summary>
    public long? FirstNumber => _calls.Count > 0 ? _calls[0].Number : null;

    /// <summary>Whether any waiting call has a deadline.</summary>
    public bool HasDeadlines => _withDeadline > 0;

    /// <summary>Adds a call at the end. Returns false when there is no room.</summary>
    public bool TryAdd(QueuedCall call)
    {
        if (_calls.Count >= MostCalls || (_calls.Count > 0 && _bytes + call.Bytes > mostBytes))
        {
            return false;
        }

        call.Number = ++LastNumber;
        _calls.Add(call);
        Note(call, 1);
        return true;
    }

    /// <summary>Removes the first call.</summary>
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

    /// <summary>Removes all calls that match the predicate, in order.</summary>
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

    /// <summary>Returns the clients' processes, in queue order.</summary>
    public int[] Processes() => [.. _calls.Select(static call => call.ClientProcessId)];

    /// <summary>Returns the time until the earliest deadline, or null when there is none.</summary>
    public TimeSpan? UntilNextDeadline() => HasDeadlines ? _calls.Where(static call => call.HasDeadline).Min(static call => call.Deadline.Left) : null;

    private void Note(QueuedCall call, int sign)
    {
        _count = _calls.Count;
        _bytes += sign * call.Bytes;
        _withDeadline += call.HasDeadline ? sign : 0;
    }
}
