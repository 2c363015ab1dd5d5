using System.Buffers;
using System.Buffers.Text;
using System.Text;
using CodeSearch.Contract;
using CodeSearch.Platform;

namespace CodeSearch.Output;

/// <summary>Prints hits as <c>grep -rn</c> does, byte for byte, and counts them.</summary>
internal sealed class HitPrinter
{
    private const int FlushAt = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>How many lines, or paths when only those were asked for, were printed.</summary>
    public int Hits { get; private set; }

    /// <summary>How many files or directories could not be read.</summary>
    public int Problems { get; private set; }

    /// <exception cref="OutputClosedException">Nobody reads the output any more.</exception>
    public void Print(FileHits file)
    {
        if (file.Problem is not null)
        {
            Problems++;
            Errors.Say($"{file.Path}: {file.Problem}");
            return;
        }

        byte[] path = Encoding.UTF8.GetBytes(file.Path);
        if (file.LineNumbers.Length == 0)
        {
            Hits++;
            _buffer.Write(path);
            _buffer.Write("\n"u8);
        }
        else
        {
            Hits += file.LineNumbers.Length;
            PrintLines(path, file.LineNumbers, file.Lines);
        }

        if (_buffer.WrittenCount >= FlushAt)
        {
            Flush();
        }
    }

    /// <exception cref="OutputClosedException">Nobody reads the output any more.</exception>
    public void Flush()
    {
        try
        {
            StandardOutput.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
        catch (IOException e)
        {
            throw new OutputClosedException(e);
        }
    }

    private void PrintLines(byte[] path, int[] lineNumbers, ReadOnlySpan<byte> lines)
    {
        foreach (int number in lineNumbers)
        {
            int length = lines.IndexOf((byte)'\n') + 1;
            _buffer.Write(path);
            _buffer.Write(":"u8);
            const int LongestNumber = 10;
            Utf8Formatter.TryFormat(number, _buffer.GetSpan(LongestNumber), out int digits);
            _buffer.Advance(digits);
            _buffer.Write(":"u8);
            _buffer.Write(lines[..length]);
            lines = lines[length..];
        }
    }
}
