using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Session;

/// <summary>What one connection has asked and not yet been answered.</summary>
/// <remarks>
/// Whoever removes a call completes it, and a call can be removed only once. That is the whole of our answer to
/// "the result and the end of the connection came together".
/// </remarks>
internal sealed class CallTable
{
    /// <summary>The id of a connection's last call. Questions about calls that still run may have later ones.</summary>
    public const uint LastOfCalls = uint.MaxValue - 1_000_000;

    private readonly Lock _gate = new();
    // By the id as a signed number: for such keys the framework has the table compiled ahead.
    private readonly Dictionary<int, PendingCall> _calls = [];
    private bool _closed;
    private uint _lastId;

    /// <summary>The id that was given last. Set by tests: nobody has the time to make so many calls.</summary>
    public uint LastId
    {
        get => Volatile.Read(ref _lastId);
        set => Volatile.Write(ref _lastId, value);
    }

    /// <summary>Whether no more calls are taken in, as their ids have been used up.</summary>
    public bool IsSpent => LastId >= LastOfCalls;

    /// <summary>Whether it is spent and nothing awaits an answer any more.</summary>
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

    /// <summary>Whether there is a call, or was when the table was closed: who took it out may not have told it yet.</summary>
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

    /// <summary>Whether there is a call beside that one.</summary>
    public bool HasOther(uint id)
    {
        lock (_gate)
        {
            return _calls.Count > (_calls.ContainsKey((int)id) ? 1 : 0);
        }
    }

    /// <summary>Enters a call and gives it its id. False when the table is closed, or there are no more ids.</summary>
    /// <param name="call">The call, or a question.</param>
    /// <param name="last">The last id that it may have.</param>
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

    /// <summary>Takes a call out, making the caller responsible for completing it.</summary>
    public bool TryTake(uint id, [NotNullWhen(true)] out PendingCall? call)
    {
        lock (_gate)
        {
            return _calls.Remove((int)id, out call);
        }
    }

    /// <summary>Refuses new calls from now on, and takes out those that the predicate names.</summary>
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
