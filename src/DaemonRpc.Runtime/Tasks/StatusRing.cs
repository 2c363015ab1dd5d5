namespace DaemonRpc.Tasks;

/// <summary>The last statuses, each in its place. A later one in the same place takes it over. Has no lock of its own: it is a part of the board.</summary>
internal sealed class StatusRing
{
    /// <summary>How many are kept.</summary>
    public const int Size = 256;

    private readonly StatusEntry[] _entries = new StatusEntry[Size];
    private long _count;

    /// <summary>The latest. There must be one.</summary>
    public ref StatusEntry Last => ref _entries[(_count - 1) % Size];

    /// <summary>Puts a status behind all others, or, if that has its place, over the last one.</summary>
    public void Put(in StatusEntry entry)
    {
        if (_count == 0 || Last.Place != entry.Place)
        {
            _count++;
        }

        Last = entry;
    }

    /// <summary>Adds to a list, oldest first, those that are newer than a status and have a place before another.</summary>
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
