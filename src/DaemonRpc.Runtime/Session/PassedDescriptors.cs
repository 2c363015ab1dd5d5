using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Session;

/// <summary>The descriptors that came with a connection's requests, until each request's task takes its own. Safe from any thread.</summary>
internal sealed class PassedDescriptors
{
    // One for each call that the daemon's queue can hold.
    private const int Most = 1024;

    private readonly Lock _gate = new();
    private Dictionary<uint, SafeFileHandle[]>? _ofCalls;
    private int _count;
    private bool _closed;

    /// <summary>Keeps the descriptors of a request. Takes ownership of them.</summary>
    /// <exception cref="DaemonProtocolException">Too many of the connection's descriptors wait.</exception>
    public void Add(uint callId, SafeFileHandle[] descriptors)
    {
        lock (_gate)
        {
            if (!_closed && _count + descriptors.Length <= Most && (_ofCalls ??= []).TryAdd(callId, descriptors))
            {
                _count += descriptors.Length;
                return;
            }
        }

        Array.ForEach(descriptors, static descriptor => descriptor.Dispose());
        if (!_closed)
        {
            throw new DaemonProtocolException($"The files and streams of a connection's calls that wait may be {Most}.");
        }
    }

    /// <summary>Removes and returns the descriptors of a request.</summary>
    public SafeFileHandle[] Take(uint callId)
    {
        lock (_gate)
        {
            if (_ofCalls is null || !_ofCalls.Remove(callId, out SafeFileHandle[]? descriptors))
            {
                return [];
            }

            _count -= descriptors.Length;
            return descriptors;
        }
    }

    /// <summary>Closes the descriptors of a request that did not become a task.</summary>
    public void Close(uint callId) => Array.ForEach(Take(callId), static descriptor => descriptor.Dispose());

    /// <summary>Closes all descriptors, because the connection has ended.</summary>
    public void Close()
    {
        Dictionary<uint, SafeFileHandle[]>? left;
        lock (_gate)
        {
            _closed = true;
            (left, _ofCalls) = (_ofCalls, null);
        }

        foreach (SafeFileHandle descriptor in (left?.Values ?? Enumerable.Empty<SafeFileHandle[]>()).SelectMany(static all => all))
        {
            descriptor.Dispose();
        }
    }
}
