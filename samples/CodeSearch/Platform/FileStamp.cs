namespace CodeSearch.Platform;

/// <summary>What tells whether a file is still the one that was read.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file within it.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Modified">When its content changed, in nanoseconds since 1970.</param>
/// <param name="Changed">When content or metadata changed, likewise. A program cannot set this one back.</param>
internal readonly record struct FileStamp(long Device, long Inode, long Size, long Modified, long Changed)
{
    /// <summary>How much younger than the file a reading must be. FAT keeps times in steps of two seconds.</summary>
    private const long Margin = 2_000_000_000;

    /// <summary>
    /// Whether every write after <paramref name="readAt"/> gives the file another stamp. It does not while the clock that
    /// stamps files, which goes in steps, may still show the time of the last change.
    /// </summary>
    public bool IsSettled(long readAt) => Math.Max(Modified, Changed) < readAt - Margin;

    /// <summary>The current time, in the unit of the stamps.</summary>
    public static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
}
