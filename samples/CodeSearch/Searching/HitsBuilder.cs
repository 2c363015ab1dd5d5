using System.Buffers;
using CodeSearch.Contract;

namespace CodeSearch.Searching;

/// <summary>Collects the hits of one file into items of a size that travels well.</summary>
internal sealed class HitsBuilder(string path)
{
    private const int FullAt = 256 * 1024;

    private readonly List<FileHits> _items = [];
    private readonly List<int> _lineNumbers = [];
    private readonly ArrayBufferWriter<byte> _lines = new();

    public void Add(int lineNumber, ReadOnlySpan<byte> line)
    {
        _lineNumbers.Add(lineNumber);
        _lines.Write(line);
        _lines.Write("\n"u8);
        if (_lines.WrittenCount >= FullAt)
        {
            Flush();
        }
    }

    /// <summary>Records that the file has a hit, when nobody wants to know which.</summary>
    public void AddPath() => _items.Add(new FileHits(path, [], []));

    public void AddProblem(string problem) => _items.Add(new FileHits(path, [], [], problem));

    public IReadOnlyList<FileHits> Build()
    {
        Flush();
        return _items;
    }

    private void Flush()
    {
        if (_lineNumbers.Count > 0)
        {
            _items.Add(new FileHits(path, [.. _lineNumbers], _lines.WrittenSpan.ToArray()));
            _lineNumbers.Clear();
            _lines.ResetWrittenCount();
        }
    }
}
