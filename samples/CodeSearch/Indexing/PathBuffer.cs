using System.Text;

namespace CodeSearch.Indexing;

/// <summary>Builds the path of one directory entry after another, in both forms that are needed, without a string for each.</summary>
internal sealed class PathBuffer
{
    private byte[] _bytes = new byte[1024];
    private char[] _characters = new char[1024];
    private int _byteCount;
    private int _directoryBytes;
    private int _characterCount;
    private int _directoryCharacters;

    /// <summary>The absolute path in UTF-8.</summary>
    public ReadOnlySpan<byte> Absolute => _bytes.AsSpan(0, _byteCount);

    /// <summary>As <see cref="Absolute"/>, with a zero byte at the end.</summary>
    public ReadOnlySpan<byte> AbsoluteWithZero => _bytes.AsSpan(0, _byteCount + 1);

    /// <summary>The path relative to the root of the walk.</summary>
    public ReadOnlySpan<char> Relative => _characters.AsSpan(0, _characterCount);

    /// <summary>Enters a directory. Both paths end with a slash, but the relative one of the root is empty.</summary>
    public void SetDirectory(string absolute, string relative)
    {
        _directoryBytes = 0;
        _directoryCharacters = 0;
        SetName(absolute);
        _directoryBytes = _byteCount;
        _characterCount = 0;
        AppendCharacters(relative);
        _directoryCharacters = _characterCount;
    }

    /// <summary>Points at an entry of the directory.</summary>
    public void SetName(string name)
    {
        int needed = _directoryBytes + Encoding.UTF8.GetMaxByteCount(name.Length) + 1;
        if (_bytes.Length < needed)
        {
            Array.Resize(ref _bytes, needed * 2);
        }

        _byteCount = _directoryBytes + Encoding.UTF8.GetBytes(name, _bytes.AsSpan(_directoryBytes));
        _bytes[_byteCount] = 0;
        _characterCount = _directoryCharacters;
        AppendCharacters(name);
    }

    private void AppendCharacters(string text)
    {
        if (_characters.Length < _characterCount + text.Length)
        {
            Array.Resize(ref _characters, (_characterCount + text.Length) * 2);
        }

        text.CopyTo(_characters.AsSpan(_characterCount));
        _characterCount += text.Length;
    }
}
