using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Session;

/// <summary>The calls and questions of one connection that have not been answered yet.</summary>
/// <remarks>
/// Whoever removes a call completes it, and a call can be removed only once. That settles the race between a call's result and the connection's end.
/// </remarks>
internal sealed class CallTable
{
    /// <summary>The highest id of a connection's calls. Questions about calls that still run may have higher ids.</summary>
    public const uint LastOfCalls = uint.MaxValue - 1_000_000;

    private readonly Lock _gate = new();
    // Keyed by the id as a signed number, because .NET ships that dictionary compiled ahead of time.
    private readonly Dictionary<int, PendingCall> _calls = [];
    private bool _closed;
    private uint _lastId;

    /// <summary>The last assigned id. Tests set it, because nobody can make that many calls.</summary>
    public uint LastId
    {
        get => Volatile.Read(ref _lastId);
        set => Volatile.Write(ref _lastId, value);
    }

    /// <summary>Whether the ids for calls are used up, so that no more calls are accepted.</summary>
    public bool IsSpent => LastId >= LastOfCalls;

    /// <summary>Whether the ids are used up and nothing awaits an answer any more.</summary>
    public bool IsDone
    {
        get
        {
            if (!IsSpent)
            {
                return false;
            }

            lock (_gate)
            {
                return _calls.Count == 0;
            }
        }
    }

    /// <summary>Whether the table has a call, or was closed: whoever removed its calls may not have completed them yet.</summary>
    public bool HasAny
    {
        get
        {
            lock (_gate)
            {
                return _calls.Count > 0 || _closed;
            }
        }
    }

    /// <summary>Returns whether the table has a call other than this one.</summary>
    public bool HasOther(uint id)
    {
        lock (_gate)
        {
            return _calls.Count > (_calls.ContainsKey((int)id) ? 1 : 0);
        }
    }

    /// <summary>Adds a call and assigns its id. Returns false when the table is closed or no id is left.</summary>
    /// <param name="call">The call or question.</param>
    /// <param name="last">The highest id that it may get.</param>
    public bool TryAdd(PendingCall call, uint last = uint.MaxValue)
    {
        lock (_gate)
        {
            if (_closed || _lastId >= last)
            {
                return false;
            }

            call.Id = ++_lastId;
            _calls.Add((int)call.Id, call);
            return true;
        }
    }

    public bool TryGet(uint id, [NotNullWhen(true)] out PendingCall? call)
    {
        lock (_gate)
        {
            return _calls.TryGetValue((int)id, out call);
        }
    }

    /// <summary>Removes a call, which makes the caller responsible for completing it.</summary>
    public bool TryTake(uint id, [NotNullWhen(true)] out PendingCall? call)
    {
        lock (_gate)
        {
            return _calls.Remove((int)id, out call);
        }
    }

    /// <summary>Refuses new calls from now on, and removes those that match the predicate.</summary>
    public PendingCall[] CloseAndTake(Func<PendingCall, bool> predicate)
    {
        lock (_gate)
        {
            _closed = true;
            PendingCall[] taken = [.. _calls.Values.Where(predicate)];
            foreach (PendingCall call in taken)
            {
                _ = _calls.Remove((int)call.Id);
            }

            return taken;
        }
    }
}
