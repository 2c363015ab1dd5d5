namespace DaemonRpc.Tasks;

/// <summary>What a task has logged while its batch was in use, and how many messages were lost. Locks only itself.</summary>
internal sealed class LogBacklog
{
    // The batch may be in use for as long as the handler's code likes.
    private const int MostBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _messages = [];
    private int _bytes;
    private long _lost;

    /// <summary>Whether no message waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count == 0;
            }
        }
    }

    /// <summary>Whether messages were lost since the last <see cref="TakeLost"/>.</summary>
    public bool HasLost
    {
        get
        {
            lock (_gate)
            {
                return _lost > 0;
            }
        }
    }

    /// <summary>Adds a message, unless too many wait.</summary>
    public bool TryAdd(byte[] message)
    {
        lock (_gate)
        {
            if (_bytes >= MostBytes)
            {
                return false;
            }

            _bytes += message.Length;
            _messages.Enqueue(message);
            return true;
        }
    }

    /// <summary>Counts a message as lost.</summary>
    public void Lose()
    {
        lock (_gate)
        {
            _lost++;
        }
    }

    /// <summary>Removes and returns the oldest message, or null.</summary>
    public byte[]? TryTake()
    {
        lock (_gate)
        {
            if (_messages.TryDequeue(out byte[]? message))
            {
                _bytes -= message.Length;
            }

            return message;
        }
    }

    /// <summary>Returns how many messages were lost since the last time.</summary>
    public long TakeLost()
    {
        lock (_gate)
        {
            (long lost, _lost) = (_lost, 0);
            return lost;
        }
    }
}
