using CodeSearch.Platform;

namespace CodeSearch.Ignore;

/// <summary>Keeps parsed .gitignore files, so that a walk reads only those that changed. Not for two threads at once.</summary>
internal sealed class IgnoreFileCache
{
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>The rules in a file; no rules when there is no such file, or it is a link, as git has it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read the file.</exception>
    public IgnoreFile Read(string path)
    {
        if (FileStatus.TryRead(path, out FileStatus status) != 0 || status.Kind != FileKind.File)
        {
            _entries.Remove(path);
            return IgnoreFile.Empty;
        }

        if (_entries.TryGetValue(path, out Entry? known) && known.Stamp == status.Stamp && known.IsSettled)
        {
            return known.File;
        }

        long readAt = FileStamp.Now();
        IgnoreFile file = IgnoreFile.Parse(File.ReadAllBytes(path));
        _entries[path] = new Entry(file, status.Stamp, status.Stamp.IsSettled(readAt));
        return file;
    }

    private sealed record Entry(IgnoreFile File, FileStamp Stamp, bool IsSettled);
}
