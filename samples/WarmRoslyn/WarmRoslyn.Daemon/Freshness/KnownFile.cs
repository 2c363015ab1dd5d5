using System.Security.Cryptography;
using System.Text;
using CodeSearch.Platform;
using Microsoft.CodeAnalysis.Text;

namespace WarmRoslyn.Freshness;

/// <summary>A file that answers depend on, as it was when it was last read. It need not exist.</summary>
/// <remarks>
/// Whether it has changed is asked of the file system at each call. A notice of the system may be late or lost, and then the answer would be wrong.
/// </remarks>
internal sealed class KnownFile
{
    private static readonly byte[] s_absent = [];
    private static readonly SourceText s_noText = Decode([]);

    private readonly string _path;
    private FileStamp? _stamp;
    private long _readAt;
    private byte[] _hash = s_absent;

    /// <summary>Reads the file.</summary>
    public KnownFile(string path)
    {
        _path = path;
        _ = Reread();
    }

    /// <summary>Whether there is such a file.</summary>
    public bool Exists => _stamp is not null;

    /// <summary>What the compiler reads. Empty if the file does not exist.</summary>
    public SourceText Text { get; private set; } = s_noText;

    /// <summary>Whether the file was written after a time, in the unit of <see cref="FileStamp"/>.</summary>
    public bool IsChangedSince(long time) => _stamp is { } stamp && Math.Max(stamp.Modified, stamp.Changed) > time;

    /// <summary>Reads the file again if it may have changed since. Returns whether its content has.</summary>
    public bool Refresh()
    {
        FileStamp? stamp = StampOf(_path);
        return (stamp != _stamp || stamp is { } same && !same.IsSettled(_readAt)) && Reread();
    }

    private bool Reread()
    {
        // In this order: what is written after the stamp was taken gives the file another one.
        _readAt = FileStamp.Now();
        _stamp = StampOf(_path);
        byte[] content = Read();
        byte[] hash = _stamp is null ? s_absent : SHA256.HashData(content);
        if (hash.AsSpan().SequenceEqual(_hash))
        {
            return false;
        }

        _hash = hash;
        Text = IsText(_path) ? Decode(content) : s_noText;
        return true;
    }

    private byte[] Read()
    {
        try
        {
            return _stamp is null ? [] : File.ReadAllBytes(_path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted just now. Its stamp is no longer true, so the next call reads again.
            return [];
        }
    }

    /// <summary>Libraries are only compared, and are many.</summary>
    private static bool IsText(string path) => !path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);

    private static SourceText Decode(byte[] content)
    {
        using var stream = new MemoryStream(content);
        return SourceText.From(stream, Encoding.UTF8, SourceHashAlgorithm.Sha256);
    }

    private static FileStamp? StampOf(string path)
    {
        if (FileStatus.TryRead(path, out FileStatus status) != 0)
        {
            return null;
        }

        if (status.Kind == FileKind.File)
        {
            return status.Stamp;
        }

        // A symbolic link is followed, because its target is what the compiler reads.
        return File.ResolveLinkTarget(path, returnFinalTarget: true) is FileInfo { Exists: true } target && target.FullName != path
            ? StampOf(target.FullName)
            : null;
    }
}
