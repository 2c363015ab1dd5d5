namespace DaemonRpc.Tasks;

/// <summary>The last statuses, each in its place. A later one in the same place takes it over. Has no lock of its own: it is a part of the board.</summary>
internal sealed class StatusRing
{
    /// <summary>How many are kept.</summary>
    public const int Size = 256;

    private readonly DaemonStatus?[] _statuses = new DaemonStatus[Size];
    private long _count;

    /// <summary>Puts a status behind all others, or, if that has its place, over the last one.</summary>
    public void Put(DaemonStatus status)
    {
        if (_count == 0 || Last.Place != status.Place)
        {
            _count++;
        }

        _statuses[(_count - 1) % Size] = status;
    }

    /// <summary>Adds to a list, oldest first, those that are newer than a status and have a place before another.</summary>
    public void CopyTo(List<DaemonStatus> list, long afterSequence, long beforePlace = long.MaxValue)
    {
        for (long index = Math.Max(0, _count - Size); index < _count; index++)
        {
            DaemonStatus status = _statuses[index % Size]!;
            if (status.Sequence > afterSequence && status.Place < beforePlace)
            {
                list.Add(status);
            }
        }
    }

    private DaemonStatus Last => _statuses[(_count - 1) % Size]!;
}
