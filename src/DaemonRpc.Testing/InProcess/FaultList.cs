namespace DaemonRpc.Testing.InProcess;

/// <summary>The faults that wait for a call. A fault can be taken only once, by the first call that reaches its point.</summary>
internal sealed class FaultList
{
    private readonly Lock _gate = new();
    private readonly List<CallFault> _waiting = [];
    private readonly List<CallFault> _all = [];

    public CallFault Add(FaultAction action, CallPoint point, string? method)
    {
        var fault = new CallFault(this, action, point, method);
        lock (_gate)
        {
            _waiting.Add(fault);
            _all.Add(fault);
        }

        return fault;
    }

    public void Remove(CallFault fault)
    {
        lock (_gate)
        {
            _ = _waiting.Remove(fault);
        }
    }

    /// <summary>Whether any fault matches. Cheap, for points that every call passes.</summary>
    public bool Has(Predicate<CallPoint> point)
    {
        lock (_gate)
        {
            return _waiting.Exists(fault => point(fault.Point));
        }
    }

    /// <summary>Takes the first fault for this point and method out, making the caller responsible for it. Returns null when there is none.</summary>
    /// <param name="point">Selects the points.</param>
    /// <param name="method">The name of the call's method.</param>
    public CallFault? Take(Predicate<CallPoint> point, string? method)
    {
        lock (_gate)
        {
            CallFault? taken = _waiting.Find(fault => point(fault.Point) && (fault.Method is null || fault.Method == method));
            if (taken is not null)
            {
                _ = _waiting.Remove(taken);
            }

            return taken;
        }
    }

    /// <summary>Lets every held call go on, and withdraws the faults that wait.</summary>
    public void End()
    {
        CallFault[] all;
        lock (_gate)
        {
            _waiting.Clear();
            all = [.. _all];
        }

        Array.ForEach(all, static fault => fault.Release());
    }
}
