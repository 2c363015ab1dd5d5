using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Transport;

/// <summary>The descriptors that have arrived over a channel and that no frame has claimed yet, in their order. Safe from any thread.</summary>
internal sealed class ReceivedDescriptors : IDisposable
{
    // Those of one frame, and those of the next, whose first bytes have arrived with them.
    private const int Most = 2 * DescriptorControl.Most;

    private readonly Lock _gate = new();
    private readonly Queue<SafeFileHandle> _handles = [];
    private bool _closed;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _handles.Count == 0;
            }
        }
    }

    /// <summary>Adds descriptors. Takes ownership of them.</summary>
    /// <exception cref="DaemonProtocolException">The peer has sent more than any frame may announce.</exception>
    public void Add(SafeFileHandle[] handles)
    {
        if (handles.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (!_closed && _handles.Count + handles.Length <= Most)
            {
                Array.ForEach(handles, _handles.Enqueue);
                return;
            }
        }

        Array.ForEach(handles, static handle => handle.Dispose());
        if (!_closed)
        {
            throw new DaemonProtocolException($"More than {Most} descriptors came that no frame announced.");
        }
    }

    /// <summary>Removes and returns the next descriptors. The caller owns them.</summary>
    /// <exception cref="DaemonProtocolException">Fewer have arrived.</exception>
    public SafeFileHandle[] Take(int count)
    {
        lock (_gate)
        {
            if (count > _handles.Count)
            {
                throw new DaemonProtocolException($"A frame announces {count} descriptors; {_handles.Count} came with it.");
            }

            var taken = new SafeFileHandle[count];
            for (int index = 0; index < count; index++)
            {
                taken[index] = _handles.Dequeue();
            }

            return taken;
        }
    }

    /// <summary>Closes the descriptors, and those that still come.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            while (_handles.TryDequeue(out SafeFileHandle? handle))
            {
                handle.Dispose();
            }
        }
    }
}
