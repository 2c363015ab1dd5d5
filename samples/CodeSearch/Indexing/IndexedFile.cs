using CodeSearch.Platform;

namespace CodeSearch.Indexing;

/// <summary>What reading a file showed.</summary>
internal enum FileContent
{
    Text,
    Binary,
    Unreadable,
}

/// <summary>A file as the index knows it.</summary>
internal sealed class IndexedFile
{
    /// <summary>The path, relative to the directory that is indexed.</summary>
    public required string Path { get; init; }

    /// <summary>What the file was when it was read. Taken before: a write in between makes another stamp.</summary>
    public required FileStamp Stamp { get; init; }

    public required FileContent Content { get; init; }

    /// <summary>Why the file could not be read, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether an equal stamp proves equal content. Otherwise the file is read again next time.</summary>
    public required bool IsSettled { get; init; }

    /// <summary>The number in the trigram index, or -1 when there is no text.</summary>
    public int Document { get; set; } = -1;

    /// <summary>The last walk that met the file.</summary>
    public int Walk { get; set; }
}
