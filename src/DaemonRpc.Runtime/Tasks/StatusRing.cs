namespace DaemonRpc.Tasks;

/// <summary>
/// A ring of the last statuses. A status with the same running number as the last one replaces it. Not synchronised: the board's lock protects it.
/// </summary>
internal sealed class StatusRing
{
    /// <summary>The number of statuses kept.</summary>
    public const int Size = 256;

    private readonly StatusEntry[] _entries = new StatusEntry[Size];
    private long _count;

    /// <summary>The latest status. There must be one.</summary>
    public ref StatusEntry Last => ref _entries[(_count - 1) % Size];

    /// <summary>Adds a status, or replaces the last one if that has the same running number.</summary>
    public void Put(in StatusEntry entry)
    {
        if (_count == 0 || Last.Place != entry.Place)
        {
            _count++;
        }

        Last = entry;
    }

    /// <summary>Adds to a list, oldest first, the statuses after a sequence number and before a running number.</summary>
    public void CopyTo(List<DaemonStatus> list, long afterSequence, long beforePlace = long.MaxValue)
    {
        for (long index = Math.Max(0, _count - Size); index < _count; index++)
        {
            ref StatusEntry entry = ref _entries[index % Size];
            if (entry.Sequence > afterSequence && entry.Place < beforePlace)
            {
                list.Add(entry.ToStatus());
            }
        }
    }
}
