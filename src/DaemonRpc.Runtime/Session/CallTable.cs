using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Session;

/// <summary>What one connection has asked and not yet been answered.</summary>
/// <remarks>
/// Whoever removes a call completes it, and a call can be removed only once. That is the whole of our answer to
/// "the result and the end of the connection came together".
/// </remarks>
internal sealed class CallTable
{
    private readonly Lock _gate = new();
    // By the id as a signed number: for such keys the framework has the table compiled ahead.
    private readonly Dictionary<int, PendingCall> _calls = [];
    private bool _closed;
    private uint _lastId;

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

    /// <summary>Enters a call and gives it its id. False when the table is closed.</summary>
    public bool TryAdd(PendingCall call)
    {
        lock (_gate)
        {
            if (_closed)
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
